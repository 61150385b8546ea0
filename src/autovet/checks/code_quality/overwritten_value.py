"""A value that is worked out and thrown away before anybody reads it.

Finds two assignments to one name, next to each other, of which the second does not use the first,
and sums that start at zero and are then assigned, not added to, in a loop.

Either the work is wasted or, more often, ``+=`` was meant, or the second line should name something
else.

Take out the first assignment, or write what was meant.
"""

import ast
from collections.abc import Iterator

from autovet.checks.syntax.flow import block_of
from autovet.domain.category import Category
from autovet.domain.finding import Finding
from autovet.domain.rule import Rule
from autovet.source.module import Module

RULE = Rule("overwritten-value", Category.CODE_QUALITY, confidence=0.85)

_SUMS = ("total", "sum", "subtotal", "count", "amount_total")
_WORK = (ast.Call, ast.BinOp, ast.JoinedStr, ast.ListComp, ast.DictComp, ast.SetComp, ast.Subscript)

BAD = (
    """
def notice(parcel):
    text = f"Parcel {parcel.number} left"  # <--
    text = f"Carrier: {parcel.carrier}"
    return text
""",
    """
def weight(parcels):
    total = 0
    for parcel in parcels:
        total = parcel.weight  # <--
    return total
""",
)

GOOD = (
    """
def notice(parcel):
    text = f"Parcel {parcel.number}"
    text = f"{text}, carrier {parcel.carrier}"
    name = ""
    name = parcel.name
    queue = parcel.next()
    queue = parcel.next()
    return text, name, queue
""",
    """
def weight(parcels):
    total = 0
    for parcel in parcels:
        total = total + parcel.weight
    last = 0
    for parcel in parcels:
        last = parcel.weight
    count = 0
    for parcel in parcels:
        count = max(count, parcel.count)
    return total, last, count
""",
)


def check(node: ast.Assign, module: Module) -> Iterator[Finding]:
    """Report the assignment that is lost, or that loses."""
    if len(node.targets) != 1 or not isinstance(node.targets[0], ast.Name):
        return
    name = node.targets[0].id
    if module.function_of(node) is None or module.is_test:
        return
    if _sums_by_assignment(node, name, module):
        yield module.finding(
            RULE,
            node,
            f"{name} starts at 0 and keeps only the last round's value: += was probably meant",
            evidence={"name": name},
        )
        return
    if not isinstance(node.value, _WORK):
        return
    block = block_of(node, module.parent(node))
    position = list(block).index(node) if block else -1
    after = block[position + 1] if block and position + 1 < len(block) else None
    if not isinstance(after, ast.Assign) or len(after.targets) != 1:
        return
    second = after.targets[0]
    if not isinstance(second, ast.Name) or second.id != name or name.startswith("_"):
        return
    if any(isinstance(n, ast.Name) and n.id == name for n in ast.walk(after.value)):
        return
    if any(isinstance(n, (ast.Lambda, ast.Await)) for n in ast.walk(after.value)):
        return
    if not _is_harmless(node.value, module) or ast.dump(node.value) == ast.dump(after.value):
        return
    yield module.finding(
        RULE,
        node,
        f"{name} is overwritten in the next line before anybody reads it",
        evidence={"overwritten_at": after.lineno},
    )


def _is_harmless(value: ast.expr, module: Module) -> bool:
    """Whether working it out has no effect of its own, so that losing it cannot be meant."""
    for node in ast.walk(value):
        if isinstance(node, (ast.Yield, ast.YieldFrom, ast.Await, ast.NamedExpr)):
            return False
        if isinstance(node, ast.Call):
            name = module.qualified(node.func) or ""
            textual = isinstance(node.func, ast.Attribute) and node.func.attr in {
                "strip", "lower", "upper", "split", "replace", "join", "format", "get",
            }  # fmt: skip
            if not name.startswith("builtins.") and not textual:
                return False
            if name in {"builtins.next", "builtins.open", "builtins.input", "builtins.print"}:
                return False
    return True


def _sums_by_assignment(node: ast.Assign, name: str, module: Module) -> bool:
    if not name.lower().endswith(_SUMS) or not isinstance(
        node.value, (ast.Attribute, ast.BinOp, ast.Subscript)
    ):
        return False
    loop = module.loop_of(node)
    if not isinstance(loop, ast.For) or module.parent(node) is not loop:
        return False
    if any(isinstance(n, ast.Name) and n.id == name for n in ast.walk(node.value)):
        return False
    used_inside = sum(isinstance(n, ast.Name) and n.id == name for n in ast.walk(loop))
    block = block_of(loop, module.parent(loop))
    zeros = [
        s
        for s in block
        if isinstance(s, ast.Assign)
        and isinstance(s.targets[0], ast.Name)
        and s.targets[0].id == name
        and isinstance(s.value, ast.Constant)
        and s.value.value == 0
    ]
    return used_inside == 1 and bool(zeros)
