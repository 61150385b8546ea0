"""Names that changed places, operands grouped otherwise, and both sides seen through a function."""

import ast
from collections.abc import Iterator
from itertools import combinations

from autovet.engines.healing.small_edits.change import Change
from autovet.engines.healing.small_edits.ground import Ground

_MOST_NAMES = 5
_SIDES = {
    "str": ("len({})", "{}.lower()", "sorted({})", "set({})", "int({})"),
    "list": ("len({})", "sorted({})", "set({})", "sum({})"),
    "tuple": ("len({})", "sorted({})"),
    "set": ("len({})",),
    "dict": ("len({})",),
    "number": ("abs({})",),
}


def exchange_changes(ground: Ground) -> Iterator[Change]:
    """Yield exchanges within one statement or expression."""
    for statement in ground.statements:
        if not hasattr(statement, "body"):
            yield from _names(ground, statement)
        elif isinstance(statement, (ast.If, ast.While)):
            yield from _repetition(ground, statement)
    for node in ground.expressions:
        match node:
            case ast.Subscript(value=ast.Subscript()):
                yield from _indices(ground, node)
            case ast.Compare(ops=[_], comparators=[right]):
                yield from _sides(ground, node.left, right)
            case ast.BinOp(right=ast.BinOp()):
                yield from _regrouped(ground, node)


def _names(ground: Ground, statement: ast.stmt) -> Iterator[Change]:
    """Two variables for each other throughout a statement."""
    places: dict[str, list[tuple[int, int]]] = {}
    for node in ast.walk(statement):
        if isinstance(node, ast.JoinedStr):
            return
        if isinstance(node, ast.Name) and node.id in ground.variables:
            places.setdefault(node.id, []).append(ground.region(node))
    for first, second in combinations(list(places)[:_MOST_NAMES], 2):
        swap = [(*place, second) for place in places[first]]
        swap += [(*place, first) for place in places[second]]
        yield Change(tuple(swap), 1.4, f"exchange {first} and {second}")


def _repetition(ground: Ground, statement: ast.If | ast.While) -> Iterator[Change]:
    """``while`` for ``if`` and the other way round."""
    start = ground.region(statement)[0]
    if not statement.orelse and isinstance(statement, ast.If):
        if ground.text.startswith("if", start):
            yield Change(((start, start + 2, "while"),), 1.5, "while instead of if")
    elif isinstance(statement, ast.While):
        yield Change(((start, start + 5, "if"),), 1.7, "if instead of while")


def _indices(ground: Ground, node: ast.Subscript) -> Iterator[Change]:
    """Two indices in a row, exchanged."""
    inner = node.value
    assert isinstance(inner, ast.Subscript)  # noqa: S101 (matched above)
    if isinstance(node.slice, ast.Slice) or isinstance(inner.slice, ast.Slice):
        return
    first, second = ground.segment(inner.slice), ground.segment(node.slice)
    if first != second:
        swap = ((*ground.region(inner.slice), second), (*ground.region(node.slice), first))
        yield Change(swap, 1.2, f"exchange the indices {first} and {second}")


def _sides(ground: Ground, left: ast.expr, right: ast.expr) -> Iterator[Change]:
    """The same function on both sides of a comparison."""
    kinds = ground.kinds(left) & ground.kinds(right)
    for kind in sorted(kinds):
        for pattern in _SIDES.get(kind, ()):
            both = tuple(
                (*ground.region(n), pattern.format(ground.operand(n))) for n in (left, right)
            )
            yield Change(both, 1.5, f"compare {pattern.format('...')} of both sides")


def _regrouped(ground: Ground, node: ast.BinOp) -> Iterator[Change]:
    """``(a + b) / c`` for ``a + b / c``."""
    right = node.right
    assert isinstance(right, ast.BinOp)  # noqa: S101 (matched above)
    start, end = ground.region(node)
    closing = ground.region(right.left)[1]
    if ")" in ground.text[closing : ground.region(right.right)[0]]:
        return
    if "(" in ground.text[ground.region(node.left)[1] : ground.region(right.left)[0]]:
        return
    grouped = f"({ground.text[start:closing]}){ground.text[closing:end]}"
    yield ground.put(node, grouped, 1.3, "group the operands differently")
