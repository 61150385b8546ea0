"""Members of lists, tuples, sets and tables left out or exchanged."""

import ast
from collections.abc import Iterator
from itertools import combinations

from autovet.engines.healing.small_edits.change import Change
from autovet.engines.healing.small_edits.ground import Ground

_MOST_ENTRIES, _MOST_SWAPPED = 30, 6


def display_changes(ground: Ground) -> Iterator[Change]:
    """Yield changes of what is written out in brackets."""
    for node in ground.expressions:
        match node:
            case ast.List(elts=[]):
                yield from _filled(ground, node)
            case ast.List() | ast.Tuple() | ast.Set() if len(node.elts) <= _MOST_ENTRIES:
                yield from _dropped(ground, node)
                yield from _exchanged(ground, node.elts[:_MOST_SWAPPED])
            case ast.Dict():
                yield from _entries(ground, node)


def _filled(ground: Ground, node: ast.List) -> Iterator[Change]:
    for text in ("[[]]", "[0]", "['']", "None"):
        yield ground.put(node, text, 1.6, f"{text} instead of []")
    for name in ground.variables:
        if ground.in_scope(name, node):
            yield ground.put(node, f"[{name}]", 1.5, f"[{name}] instead of []")


def _dropped(ground: Ground, node: ast.List | ast.Tuple | ast.Set) -> Iterator[Change]:
    fewest = 3 if isinstance(node, ast.Tuple) else 2
    if len(node.elts) < fewest:
        return
    regions = [ground.region(e) for e in node.elts]
    for index, (start, end) in enumerate(regions):
        last = index + 1 == len(regions)
        cut = (regions[index - 1][1], end) if last else (start, regions[index + 1][0])
        yield Change(((*cut, ""),), 1.3, f"drop {ground.segment(node.elts[index])}")


def _exchanged(ground: Ground, members: list[ast.expr]) -> Iterator[Change]:
    for first, second in combinations(members, 2):
        one, other = ground.segment(first), ground.segment(second)
        if one != other:
            swap = ((*ground.region(first), other), (*ground.region(second), one))
            yield Change(swap, 1.2, f"swap {one} and {other}")


def _entries(ground: Ground, node: ast.Dict) -> Iterator[Change]:
    """An entry less in a table, or two values exchanged."""
    pairs = [(k, v) for k, v in zip(node.keys, node.values, strict=True) if k is not None]
    if not 1 < len(pairs) <= _MOST_ENTRIES or len(pairs) < len(node.values):
        return
    for index, (key, value) in enumerate(pairs):
        start, end = ground.region(key)[0], ground.region(value)[1]
        if index + 1 < len(pairs):
            cut = (start, ground.region(pairs[index + 1][0])[0], "")
        else:
            cut = (ground.region(pairs[index - 1][1])[1], end, "")
        yield Change((cut,), 1.5, f"drop the entry {ground.segment(key)}")
        for _, other in pairs[index + 1 : index + 4]:
            first, second = ground.segment(value), ground.segment(other)
            if first != second:
                swap = ((*ground.region(value), second), (*ground.region(other), first))
                yield Change(swap, 1.6, f"exchange {first} and {second}")
