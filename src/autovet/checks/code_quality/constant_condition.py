"""A condition that is always true or always false, whatever the values are.

Finds contradictions (``x == 1 and x == 2``), tautologies (``x != 1 or x != 2``), a constant that
stands as an alternative of its own (``x == "a" or "b"``), a length compared with a negative
number, ``str.find`` used as a truth, and a method of this module tested without being called.

Each of them reads like a test and is none: one of the two ways through the code is never taken.

Write what was meant: ``x in (1, 2)``, ``x not in (1, 2)``, ``"a" in text``, ``obj.ready()``.
``while True``, ``if TYPE_CHECKING`` and switches in constants are left alone.
"""

import ast
from collections.abc import Iterator

from autovet.checks.code_quality._condition import reach, subjects
from autovet.checks.code_quality._region import ALL
from autovet.checks.vocabulary.value_types import type_of
from autovet.domain.category import Category
from autovet.domain.finding import Finding
from autovet.domain.rule import Rule
from autovet.source.module import Module

RULE = Rule("constant-condition", Category.CODE_QUALITY, confidence=0.95, cwe=571)

BAD = (
    """
def kind(code, words, text: str):
    if code == 3 or 4:  # <--
        return "short"
    if code != "a" or code != "b":  # <--
        return "other"
    if code > 10 and code < 5:  # <--
        return "none"
    if len(words) < 0:  # <--
        return "negative"
    if text.find("x"):  # <--
        return "has x"
    return ""
""",
    """
class Job:
    def is_done(self):
        return self.left == 0

    def wait(self):
        while not self.is_done:  # <--
            self.step()
""",
)

GOOD = (
    """
DEBUG = False

def kind(code, words, text: str, name=None):
    while True:
        break
    if code in (3, 4) or DEBUG:
        return "short"
    if code != "a" and code != "b":
        return "other"
    if 5 < code < 10 or code > 20:
        return "some"
    if len(words) <= 0 or len(words) >= 0.5:
        return "length"
    if text.find("x") >= 0:
        return "x"
    label = name or "unnamed"
    return (code == 7 and "seven") or label
""",
    """
class Job:
    @property
    def is_done(self):
        return self.left == 0

    def wait(self):
        if not self.is_done and self.hook:
            return self.is_done()
        return None

    def hook(self):
        return 1

    def replace(self, hook):
        self.hook = hook
""",
)


def check(module: Module) -> Iterator[Finding]:
    """Look at every test once, at its widest."""
    found = []
    for test in _tests(module):
        message = _verdict(test, module)
        if message:
            found.append(
                module.finding(RULE, test, message, evidence={"condition": module.segment(test)})
            )
    yield from sorted(found, key=lambda finding: finding.span)


def _tests(module: Module) -> Iterator[ast.expr]:
    for branch in module.nodes(ast.If):
        yield branch.test
    for loop in module.nodes(ast.While):
        yield loop.test
    for choice in module.nodes(ast.IfExp):
        yield choice.test
    for claim in module.nodes(ast.Assert):
        yield claim.test
    for part in module.nodes(ast.comprehension):
        yield from part.ifs
    for returned in module.nodes(ast.Return):
        if isinstance(returned.value, (ast.BoolOp, ast.Compare)):
            yield returned.value


def _verdict(test: ast.expr, module: Module) -> str | None:
    inner = test.operand if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not) else test
    if isinstance(inner, (ast.Attribute, ast.Call)):
        return _method_as_truth(inner, module)
    returned = isinstance(module.parent(test), ast.Return)
    if isinstance(inner, ast.BoolOp):
        if isinstance(inner.op, ast.Or) and not returned:
            for value in inner.values[1:]:
                if (
                    isinstance(value, ast.Constant)
                    and value.value
                    and isinstance(inner.values[0], ast.Compare)
                ):
                    text = module.segment(value)
                    return (
                        f"This is always true, for {text} stands alone: compare it too, or use `in`"
                    )
    elif not isinstance(inner, ast.Compare):
        return None
    for name in subjects(inner):
        asked = reach(inner, name)
        if asked.at_most.empty:
            return f"This is always false: no value of {name} meets all of it"
        if asked.at_least == ALL:
            return f"This is always true: every value of {name} meets one side of it"
    parts = inner.values if isinstance(inner, ast.BoolOp) else [inner]
    return next((said for part in parts if (said := _length(part, module))), None)


def _length(test: ast.expr, module: Module) -> str | None:
    if (
        not isinstance(test, ast.Compare)
        or len(test.ops) != 1
        or not isinstance(test.left, ast.Call)
    ):
        return None
    if module.qualified(test.left.func) not in {"builtins.len", "builtins.abs"}:
        return None
    bound, op = test.comparators[0], test.ops[0]
    if isinstance(bound, ast.Constant) and bound.value == 0 and type(bound.value) is int:
        if isinstance(op, ast.Lt):
            return "This is always false: a length or an absolute value is never negative"
        if isinstance(op, ast.GtE):
            return "This is always true: a length or an absolute value is never negative"
    return None


def _method_as_truth(node: ast.Attribute | ast.Call, module: Module) -> str | None:
    if isinstance(node, ast.Call):
        called = node.func
        if (
            isinstance(called, ast.Attribute)
            and called.attr in {"find", "rfind"}
            and len(node.args) == 1
        ) and type_of(called.value, module) == "builtins.str":
            return f"{called.attr}() answers -1, which is true, when nothing is found: use `in`"
        return None
    owner = module.class_of(node)
    if owner is None or not isinstance(node.value, ast.Name) or node.value.id != "self":
        return None
    methods = [s for s in owner.body if isinstance(s, ast.FunctionDef) and s.name == node.attr]
    if len(methods) != 1 or methods[0].decorator_list or len(methods[0].args.args) != 1:
        return None
    if any(
        isinstance(a.value, ast.Name) and a.attr == node.attr and isinstance(a.ctx, ast.Store)
        for a in module.nodes(ast.Attribute)
    ):
        return None
    return f"self.{node.attr} is a method, which is always true: call it"
