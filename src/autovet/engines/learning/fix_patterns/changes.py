"""The small changes between two versions of a module."""

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import zip_longest

from autovet.engines.learning.fix_patterns.generalising import Change
from autovet.engines.learning.fix_patterns.tree import Tree, is_small, shape, tree_of
from autovet.source.module import Module
from autovet.source.parsing import parse_module

_NAMED = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
_BLOCKS = ("body", "orelse", "finalbody", "handlers")
_MOST = 400
"""Changes of one file; more is a file that was written anew."""
_MOST_IN_STATEMENT = 4
_SHAPE_DEPTH = 2


@dataclass(frozen=True, slots=True)
class Revision:
    """What happened between two versions of a file.

    Attributes:
        changes: each of as little syntax as holds it.
        unchanged: what looks, to the second level, like something that was changed and was not.
    """

    changes: tuple[Change, ...] = ()
    unchanged: tuple[Tree, ...] = ()


def revision(before: str, after: str) -> Revision:
    """Compare two versions; nothing where either is no Python."""
    old, new = parse_module("before.py", before), parse_module("after.py", after)
    if old is None or new is None:
        return Revision()
    changes = _changes(old, new)
    shapes = {shape(change.before, _SHAPE_DEPTH) for change in changes}
    kinds = {change.before[0] for change in changes}
    unchanged = [
        tree
        for node in new.index.order
        if type(node).__name__ in kinds and is_small(head := _head(node))
        if shape(tree := tree_of(head), _SHAPE_DEPTH) in shapes
    ]
    return Revision(tuple(changes), tuple(unchanged))


def _changes(old: Module, new: Module) -> list[Change]:
    found: list[Change] = []
    waiting: list[tuple[Sequence[ast.AST], Sequence[ast.AST]]] = [(old.tree.body, new.tree.body)]
    while waiting and len(found) < _MOST:
        for one, other in _pairs(*waiting.pop()):
            for name in _BLOCKS:
                block, later = getattr(one, name, None), getattr(other, name, None)
                if isinstance(block, list) and isinstance(later, list):
                    waiting.append((block, later))
            if is_small(_head(one)) and is_small(_head(other)):
                inside = list(_differences(tree_of(_head(one)), tree_of(_head(other))))
                found += inside if len(inside) <= _MOST_IN_STATEMENT else []
    return found[:_MOST]


def _head(node: ast.AST) -> ast.AST:
    """A statement without the statements in it."""
    fields = {
        name: ([ast.Pass()] if name == "body" else []) if name in _BLOCKS else value
        for name, value in ast.iter_fields(node)
    }
    if not any(name in _BLOCKS for name in fields) or isinstance(node, ast.expr):
        return node
    return type(node)(**fields)


def _pairs(old: Sequence[ast.AST], new: Sequence[ast.AST]) -> Iterator[tuple[ast.AST, ast.AST]]:
    """Statements of two versions of a block that are the same one, changed."""
    named = {_name(n): n for n in new if isinstance(n, _NAMED)}
    rest = []
    for node in old:
        if isinstance(node, _NAMED) and _name(node) in named:
            yield node, named[_name(node)]
        else:
            rest.append(node)
    kept = {_name(n) for n in old if isinstance(n, _NAMED)}
    others = [n for n in new if not isinstance(n, _NAMED) or _name(n) not in kept]
    texts = [ast.dump(n) for n in rest], [ast.dump(n) for n in others]
    matcher = SequenceMatcher(None, *texts, autojunk=False)
    for tag, i, j, k, m in matcher.get_opcodes():
        if tag == "replace":
            for one, other in zip_longest(rest[i:j], others[k:m]):
                if one is not None and other is not None and type(one) is type(other):
                    yield one, other


def _name(node: ast.AST) -> tuple[type[ast.AST], str]:
    return (type(node), getattr(node, "name", ""))


def _differences(one: Tree, other: Tree) -> Iterator[Change]:
    """The smallest parts that differ, each a node of its own."""
    if one == other:
        return
    if one[0] == other[0] and len(one) == len(other):
        pairs = [(a, b) for a, b in zip(one[1:], other[1:], strict=True) if a != b]
        if all(_may_differ_alone(a, b) for a, b in pairs):
            for a, b in pairs:
                yield from _differences(a, b)
            return
    yield Change(one, other)


def _may_differ_alone(one: object, other: object) -> bool:
    """Whether the difference lies further inside, and not in this very part."""
    if not isinstance(one, tuple) or not isinstance(other, tuple):
        return False
    leaves = {"name", "value", "none"}
    if one[0] in leaves or other[0] in leaves:
        return False
    if one[0] == "list" or other[0] == "list":
        same = one[0] == other[0] and len(one) == len(other)
        return same and all(
            a == b or _may_differ_alone(a, b) for a, b in zip(one[1:], other[1:], strict=True)
        )
    return len(one) > 1 and len(other) > 1
