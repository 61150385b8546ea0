"""Other operators, other operands, and operands left out."""

import ast
from collections.abc import Iterator

from autovet.engines.healing.small_edits.change import Change
from autovet.engines.healing.small_edits.ground import Ground

_COMPARISONS: dict[type[ast.cmpop], str] = {
    ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">=", ast.Eq: "==", ast.NotEq: "!=",
    ast.In: "in", ast.NotIn: "not in", ast.Is: "is", ast.IsNot: "is not",
}  # fmt: skip
_NEAR = {
    "<": ("<=", ">", ">=", "==", "!="),
    "<=": ("<", ">=", ">", "==", "!="),
    ">": (">=", "<", "<=", "==", "!="),
    ">=": (">", "<=", "<", "==", "!="),
    "==": ("!=", "<=", ">=", "<", ">", "in"),
    "!=": ("==", "<", ">", "<=", ">=", "not in"),
    "in": ("not in", "=="),
    "not in": ("in", "!="),
    "is": ("is not",),
    "is not": ("is",),
}
_ORDERED = frozenset({"<", "<=", ">", ">="})
_ARITHMETIC: dict[type[ast.operator], str] = {
    ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/", ast.FloorDiv: "//", ast.Mod: "%",
    ast.Pow: "**", ast.BitAnd: "&", ast.BitOr: "|", ast.BitXor: "^", ast.LShift: "<<",
    ast.RShift: ">>",
}  # fmt: skip
_OFTEN_CONFUSED = {
    "+": "-*", "-": "+", "*": ("**", "+", "/"), "/": ("//", "*"), "//": ("/", "%"), "%": ("//",),
    "**": ("*",), "&": "|^", "|": "&^", "^": "&|", "<<": (">>",), ">>": ("<<",),
}  # fmt: skip
_OF_NUMBERS = ("+", "-", "*", "//", "/", "%", "**")
_OF_BITS = ("&", "|", "^", "<<", ">>")
_OF_SETS = ("|", "&", "-", "^")


def operator_changes(ground: Ground) -> Iterator[Change]:
    """Yield changes of comparisons, arithmetic and logic."""
    for node in ground.expressions:
        match node:
            case ast.Compare():
                yield from _compared(ground, node)
            case ast.BinOp():
                yield from _calculated(ground, node)
            case ast.BoolOp():
                yield from _combined(ground, node)
            case ast.UnaryOp(op=ast.Not() | ast.USub()):
                yield ground.put(node, ground.operand(node.operand), 1.0, "drop the sign")
            case ast.IfExp():
                swapped = (
                    f"{ground.operand(node.orelse)} if {ground.segment(node.test)}"
                    f" else {ground.operand(node.body)}"
                )
                yield ground.put(node, swapped, 1.2, "swap the two branches")
                for branch in (node.body, node.orelse):
                    yield ground.put(node, ground.segment(branch), 1.6, "take one branch only")
    for statement in ground.statements:
        if isinstance(statement, ast.AugAssign):
            yield from _updated(ground, statement)


def _unlike(old: str, new: str) -> bool:
    """Whether one of them asks for an order and the other for equality or membership."""
    return (old in _ORDERED) is not (new in _ORDERED)


def _between(ground: Ground, left: ast.AST, right: ast.AST, old: str) -> tuple[int, int] | None:
    """Where the operator between two operands stands."""
    start, end = ground.region(left)[1], ground.region(right)[0]
    at = ground.text.find(old, start, end)
    return None if at < 0 or "#" in ground.text[start:at] else (at, at + len(old))


def _compared(ground: Ground, node: ast.Compare) -> Iterator[Change]:
    operands = [node.left, *node.comparators]
    for op, left, right in zip(node.ops, operands, operands[1:], strict=False):
        old = _COMPARISONS[type(op)]
        place = _between(ground, left, right, old)
        for rank, new in enumerate(_NEAR[old] if place else ()):
            assert place is not None  # noqa: S101 (looked at above)
            cost = 0.9 + 0.1 * min(rank, 2) + (0.3 if _unlike(old, new) else 0.0)
            yield Change(((*place, new),), cost, f"compare with {new} instead of {old}")
        if place and not ({old} & {"==", "!=", "is", "is not"}):
            swapped = f"{ground.segment(right)} {old} {ground.segment(left)}"
            if len(operands) == 2:
                yield ground.put(node, swapped, 1.1, "swap the sides of the comparison")
    for index in range(len(operands) if len(operands) > 2 else 0):
        kept = operands[:index] + operands[index + 1 :]
        ops = node.ops[: max(0, index - 1)] + node.ops[max(1, index) :]
        if index == 0:
            ops = node.ops[1:]
        text = ground.segment(kept[0])
        for op, operand in zip(ops, kept[1:], strict=False):
            text += f" {_COMPARISONS[type(op)]} {ground.segment(operand)}"
        yield ground.put(node, text, 1.4, "drop one side of the comparison")


def _calculated(ground: Ground, node: ast.BinOp) -> Iterator[Change]:
    old = _ARITHMETIC.get(type(node.op), "")
    place = _between(ground, node.left, node.right, old) if old else None
    left, right = ground.segment(node.left), ground.segment(node.right)
    kinds = ground.kinds(node.left) | ground.kinds(node.right)
    for new in _alternatives(old, kinds) if place else ():
        assert place is not None  # noqa: S101 (looked at above)
        start, end = ground.region(node)
        text = ground.text[start : place[0]] + new + ground.text[place[1] : end]
        tighter = _binding(new) < _binding(old)
        cost = 1.0 if new in _OFTEN_CONFUSED.get(old, ()) else 1.3
        change = ground.put(node, text, cost, f"calculate with {new} instead of {old}")
        yield change if tighter else Change(((*place, new),), cost, change.what)
    if old not in {"+", "*", "&", "|", "^"} or "str" in kinds or "list" in kinds:
        swapped = f"{ground.operand(node.right)} {old} {ground.operand(node.left)}"
        yield ground.put(node, swapped, 1.2, "swap the operands")
    yield ground.put(node, left, 1.2, f"drop {right}")
    yield ground.put(node, right, 1.3, f"drop {left}")
    match node.left:
        case ast.BinOp(left=inner, right=dropped):
            first = _ARITHMETIC[type(node.left.op)]
            for kept in dict.fromkeys((old, first)):
                text = f"{ground.operand(inner) if kept != '+' else ground.segment(inner)} {kept} "
                text += ground.operand(node.right)
                yield ground.put(node, text, 1.3, f"drop {ground.segment(dropped)}")
            if isinstance(dropped, ast.BinOp):
                return
            regrouped = f"{ground.operand(inner)} {_ARITHMETIC[type(node.left.op)]} "
            regrouped += f"({ground.segment(dropped)} {old} {right})"
            yield ground.put(node, regrouped, 1.5, "group the operands differently")


def _binding(operator: str) -> int:
    order = {"**": 4, "*": 3, "/": 3, "//": 3, "%": 3, "+": 2, "-": 2}
    return order.get(operator, 1)


def _alternatives(old: str, kinds: frozenset[str]) -> Iterator[str]:
    if old in _OF_BITS and "set" not in kinds:
        yield from (new for new in _OF_BITS if new != old)
        if old in "&|":
            return
    if "set" in kinds:
        yield from (new for new in _OF_SETS if new != old)
    elif not kinds & {"str", "list", "tuple", "dict"}:
        yield from (new for new in _OF_NUMBERS if new != old)
        if old in "+-*/":
            yield from ("&",) if not kinds else ()
    elif old in "+*" and "number" in kinds:
        yield "*" if old == "+" else "+"


def _combined(ground: Ground, node: ast.BoolOp) -> Iterator[Change]:
    old, new = ("and", "or") if isinstance(node.op, ast.And) else ("or", "and")
    texts = [
        ground.operand(v) if isinstance(v, ast.BoolOp) else ground.segment(v) for v in node.values
    ]
    yield ground.put(node, f" {new} ".join(texts), 1.0, f"{new} instead of {old}")
    for index, dropped in enumerate(texts):
        kept = f" {old} ".join(texts[:index] + texts[index + 1 :])
        yield ground.put(node, kept, 1.3, f"drop the condition {dropped}")
    for index, value in enumerate(node.values):
        negated = f"not {ground.operand(value)}"
        yield ground.put(value, negated, 1.3, f"negate {texts[index]}")


def _updated(ground: Ground, node: ast.AugAssign) -> Iterator[Change]:
    old = _ARITHMETIC.get(type(node.op), "") + "="
    place = _between(ground, node.target, node.value, old)
    if place is None:
        return
    kinds = ground.kinds(node.value)
    for new in _alternatives(old[:-1], kinds):
        cost = 1.0 if new in _OFTEN_CONFUSED.get(old[:-1], ()) else 1.2
        yield Change(((*place, f"{new}="),), cost, f"update with {new}= instead of {old}")
    yield Change(((*place, "="),), 1.4, f"assign instead of {old}")
