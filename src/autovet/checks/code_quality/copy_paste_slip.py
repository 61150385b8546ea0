"""Two copies of a piece of code where one should have been changed.

Finds the same operand on both sides of a comparison, of ``and``/``or``, or of a subtraction or
division; an ``if`` whose branches all do the same; and two neighbouring assignments that compute
different names from the very same formula.

The second copy was meant to name the other thing: the other corner, the end instead of the start.
The code runs, and its result is quietly wrong.

Change the copy that was forgotten. Leave ``x != x``, the idiom for "not a number".
"""

import ast
from collections.abc import Iterator

from autovet.checks.syntax.fingerprint import fingerprint
from autovet.domain.category import Category
from autovet.domain.finding import Finding
from autovet.domain.rule import Rule
from autovet.source.module import Module

RULE = Rule("copy-paste-slip", Category.CODE_QUALITY, confidence=0.85)

_PURE = (
    ast.Name, ast.Attribute, ast.Constant, ast.BinOp, ast.UnaryOp, ast.Subscript, ast.Compare, ast.operator,
    ast.unaryop, ast.cmpop, ast.expr_context, ast.boolop, ast.BoolOp,
)  # fmt: skip
_SELF_CANCELLING = (ast.Sub, ast.Div, ast.FloorDiv, ast.Mod)
_SMALLEST_FORMULA = 3

BAD = (
    """
def overlaps(a, b):
    if a.start < b.end and a.start < b.end:  # <--
        return True
    if a.name == a.name:  # <--
        return False
    return (a.end - a.end) > 0  # <--
""",
    """
def size(box, scale):
    width = (box.right - box.left) * scale
    height = (box.right - box.left) * scale  # <--
    if scale > 1:  # <--
        area = width * height / scale
    else:
        area = width * height / scale
    return area
""",
)

GOOD = (
    """
def overlaps(a, b, read):
    if a.start < b.end and b.start < a.end:
        return True
    if a.value != a.value:
        return False
    if read() or read():
        return read() - read()
    return a.end - b.end
""",
    """
def size(box, scale):
    width = (box.right - box.left) * scale
    height = (box.top - box.bottom) * scale
    before = after = width * scale + 1
    total = 0
    count = 0
    if scale > 1:
        pass
    elif scale < 0:
        pass
    else:
        total = 1
    return before, after, total, count, height
""",
)


def check(
    node: ast.Compare | ast.BoolOp | ast.BinOp | ast.If | ast.Assign, module: Module
) -> Iterator[Finding]:
    """Report equal things where different ones make sense."""
    if module.is_test:
        return
    message = _slip(node, module)
    if message:
        yield module.finding(RULE, node, message)


def _slip(node: ast.AST, module: Module) -> str | None:
    match node:
        case ast.Compare(left=left, ops=[op], comparators=[right]):
            nan = isinstance(op, ast.NotEq)
            if not nan and not isinstance(left, ast.Constant) and _same(left, right):
                return f"{module.segment(left)} is compared with itself: one side should be another thing"
        case ast.BoolOp(values=values):
            seen = set()
            for value in values:
                if _is_pure(value):
                    mark = fingerprint(value)
                    if mark in seen:
                        return f"{module.segment(value)} is asked twice: one of the two should be another thing"
                    seen.add(mark)
        case ast.BinOp(left=left, op=op, right=right) if isinstance(op, _SELF_CANCELLING):
            if not isinstance(left, ast.Constant) and _same(left, right):
                return (
                    f"{module.segment(left)} stands on both sides: the result does not depend on it"
                )
        case ast.If(body=body, orelse=orelse) if len(body) == len(orelse):
            if isinstance(body[0], (ast.Pass, ast.If)) or isinstance(module.parent(node), ast.If):
                return None
            if [fingerprint(s) for s in body] == [fingerprint(s) for s in orelse]:
                return "Both branches do the same, so the condition decides nothing: one of them should differ"
        case ast.Assign(targets=[ast.Name() as target], value=value):
            return _repeated_formula(node, target, value, module)
    return None


def _repeated_formula(
    node: ast.Assign, target: ast.Name, value: ast.expr, module: Module
) -> str | None:
    if not isinstance(value, ast.BinOp) or not _is_pure(value):
        return None
    names = sum(isinstance(n, (ast.Name, ast.Attribute)) for n in ast.walk(value))
    if names < _SMALLEST_FORMULA:
        return None
    block = getattr(module.parent(node), "body", None)
    if not isinstance(block, list) or node not in block or block.index(node) == 0:
        return None
    before = block[block.index(node) - 1]
    if not isinstance(before, ast.Assign) or not isinstance(before.targets[0], ast.Name):
        return None
    if before.targets[0].id == target.id or fingerprint(before.value) != fingerprint(value):
        return None
    return f"{target.id} and {before.targets[0].id} are computed from the same formula: one should name other things"


def _same(left: ast.expr, right: ast.expr) -> bool:
    return type(left) is type(right) and _is_pure(left) and fingerprint(left) == fingerprint(right)


def _is_pure(node: ast.expr) -> bool:
    return all(isinstance(part, _PURE) for part in ast.walk(node))
