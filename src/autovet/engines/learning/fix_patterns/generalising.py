"""What two changes have in common, and what that says about a third piece of code."""

from dataclasses import dataclass, field

from autovet.engines.learning.fix_patterns.tree import HOLE, Tree, holes, is_expression


@dataclass(frozen=True, slots=True)
class Change:
    """Syntax before and after; in a pattern parts of it are holes."""

    before: Tree
    after: Tree


class _Different(Exception):  # noqa: N818 (caught here, it says what two trees are)
    """Two trees have nothing in common that could be written down."""


@dataclass(slots=True)
class _Holes:
    """One hole for each pair of parts that differ, the same for the same pair."""

    _numbers: dict[tuple[object, object], int] = field(default_factory=dict)

    def of(self, one: Tree, other: Tree) -> Tree:
        return (HOLE, self._numbers.setdefault((one, other), len(self._numbers)))


def common(one: Change, other: Change) -> Change | None:
    """The most specific change that both are cases of, or None (anti-unification)."""
    found = _Holes()
    try:
        before = _join(one.before, other.before, found)
        after = _join(one.after, other.after, found)
    except _Different:
        return None
    if before == after or before[0] == HOLE or not set(holes(after)) <= set(holes(before)):
        return None
    return Change(before, after)


def _join(one: Tree, other: Tree, found: _Holes) -> Tree:
    if one == other:
        return one
    if one[0] == HOLE or other[0] == HOLE:
        return found.of(one, other)
    if one[0] == other[0] == "Name":
        return found.of(one, other)  # what was a variable twice may be any expression
    if one[0] == other[0] == "name":
        return ("name", found.of(one, other))
    if one[0] == other[0] != "value" and len(one) == len(other) > 1:
        try:
            return (one[0], *map(lambda a, b: _join(a, b, found), one[1:], other[1:]))
        except _Different:
            pass
    if is_expression(one) and is_expression(other):
        return found.of(one, other)
    raise _Different


def predicted(pattern: Change, before: Tree) -> Tree | None:
    """What the pattern makes of a piece of code; None where it does not look like it."""
    bound: dict[int, object] = {}
    if not _fits(pattern.before, before, bound):
        return None
    return _filled(pattern.after, bound)


def _fits(pattern: object, tree: object, bound: dict[int, object]) -> bool:
    if not isinstance(pattern, tuple) or not isinstance(tree, tuple):
        return type(pattern) is type(tree) and pattern == tree
    if pattern[0] == HOLE:
        return is_expression(tree) and bound.setdefault(pattern[1], tree) == tree
    if pattern[0] == "name" and isinstance(pattern[1], tuple):
        return tree[0] == "name" and bound.setdefault(pattern[1][1], tree) == tree
    return len(pattern) == len(tree) and all(map(lambda p, t: _fits(p, t, bound), pattern, tree))


def _filled(pattern: Tree, bound: dict[int, object]) -> Tree:
    if pattern[0] == HOLE:
        found = bound[pattern[1]]
        return found if isinstance(found, tuple) else pattern
    if pattern[0] == "name" and isinstance(pattern[1], tuple):
        return _filled(pattern[1], bound)
    return tuple(_filled(part, bound) if isinstance(part, tuple) else part for part in pattern)
