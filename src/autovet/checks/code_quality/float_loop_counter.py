"""A loop counts in steps that binary numbers cannot hold exactly.

Finds ``while`` loops whose condition compares a number that the body changes by a fraction such as 0.1. The
rounding errors add up: the loop runs once too often or too seldom, a test for equality never holds, and a
step that is too small for the number changes nothing, so the loop never ends.

Count in whole steps and compute the fraction from the counter, or use ``decimal.Decimal``.

Leave it for steps that are sums of powers of two (0.5, 0.25), which are exact.
"""

import ast
from collections.abc import Iterator

from autovet.checks.syntax.own_nodes import own_nodes
from autovet.checks.vocabulary.expressions import mentions
from autovet.domain.category import Category
from autovet.domain.finding import Finding
from autovet.domain.rule import Rule
from autovet.source.module import Module

RULE = Rule("float-loop-counter", Category.CODE_QUALITY, confidence=0.8, cwe=1339)

_EXACT_PARTS = 2**20  # steps that are multiples of this fraction of one add up without error

BAD = (
    """
def ramp(motor):
    speed = 0.0
    while speed <= 1.0:  # <--
        motor.set(speed)
        speed += 0.1
""",
    """
def cool(oven):
    target = 20.0
    heat = 21.3
    while target != heat:  # <--
        oven.set(heat)
        heat -= 0.1
""",
)

GOOD = (
    """
def ramp(motor):
    step = 0
    while step <= 10:
        motor.set(step / 10)
        step += 1
""",
    """
import time

def wait(ready, timeout):
    pause = 0.1
    share = 0.0
    while share < 1.0:
        share += 0.25
    while not ready() and timeout > 0:
        time.sleep(pause)
        timeout -= 0.1
        pause *= 1.5
""",
)


def check(loop: ast.While, module: Module) -> Iterator[Finding]:
    """Report loops whose condition depends on such a number."""
    if module.is_test or not isinstance(loop.test, ast.Compare):
        return
    for node in own_nodes(loop.body):
        if not isinstance(node, ast.AugAssign) or not isinstance(node.op, (ast.Add, ast.Sub)):
            continue
        if not isinstance(node.target, ast.Name) or not mentions(loop.test, node.target.id):
            continue
        step = node.value.value if isinstance(node.value, ast.Constant) else None
        if not isinstance(step, float) or step * _EXACT_PARTS == int(step * _EXACT_PARTS):
            continue
        yield module.finding(
            RULE,
            loop.test,
            f"{node.target.id!r} changes by {step}, which no binary number holds exactly, so the end is missed by rounding; count in whole steps",
            evidence={"counter": node.target.id, "step": step},
        )
        return
