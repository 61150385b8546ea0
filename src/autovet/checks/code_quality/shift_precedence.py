"""A shift stands beside an addition without brackets.

Finds ``a << b + c`` without brackets around the sum. Addition binds tighter than the shift, so ``1 << 2 + 3`` is
32 and not 7; most readers take a shift for a multiplication and expect the other.

Put the brackets where you mean them, or multiply.

Leave it where the spacing already shows what belongs together (``1 << n-1``).
"""

import ast
from collections.abc import Iterator

from autovet.domain.category import Category
from autovet.domain.finding import Finding
from autovet.domain.fix import Fix
from autovet.domain.rule import Rule
from autovet.source.module import Module

RULE = Rule("shift-precedence", Category.CODE_QUALITY, confidence=0.75, cwe=783)

BAD = (
    """
def size(level):
    return 8 << 2 + level  # <--
""",
    """
LARGEST = 1 << 31 - 1  # <--
""",
)

GOOD = (
    """
def size(level):
    return (8 << 2) + level

def mask(level):
    return 1 << (level + 1) | (level - 1) << 2
""",
    """
def bits(width, high, low):
    return 1 << width * 8, -1 << 3, 1 << width-1, high + low >> 1
""",
)


def check(node: ast.BinOp, module: Module) -> Iterator[Finding]:
    """Report shifts by a bare sum."""
    amount = node.right
    if not isinstance(node.op, (ast.LShift, ast.RShift)) or not isinstance(amount, ast.BinOp):
        return
    if not isinstance(amount.op, (ast.Add, ast.Sub)):
        return
    text = module.segment(amount)
    bracketed = module.span(amount).end != module.span(node).end
    spaced = " + " in text or " - " in text
    if bracketed or not spaced:
        return
    yield module.finding(
        RULE,
        node,
        f"{text!r} is computed before the shift; say with brackets what you mean",
        evidence={"first": text},
        fix=Fix((module.replace(amount, f"({text})"),), "brackets as Python reads it"),
    )
