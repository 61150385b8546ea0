"""Syntax as nested tuples, in which a part can be a hole."""

import ast
from collections.abc import Iterator
from typing import Any, TypeAlias

Tree: TypeAlias = tuple[Any, ...]
"""``(kind, *parts)``: kind is a node type, ``list``, ``name`` (an identifier), ``value`` (anything
else that is no node), ``none`` or ``hole``."""

HOLE = "hole"
_MARK = "hole__"
_SKIPPED = frozenset({"ctx", "type_comment", "kind", "type_params"})
_NAMES = frozenset({"id", "attr", "arg", "name", "asname", "module", "rest"})
_EXPRESSIONS = frozenset(kind.__name__ for kind in ast.expr.__subclasses__()) - {"Slice", "Starred"}
LARGEST = 120
"""Parts of a tree; a change of more than that teaches nothing."""


def tree_of(node: object, name: str = "") -> Tree:
    """The tree of a node that is not deep (see ``is_small``)."""
    if isinstance(node, ast.AST):
        fields = [f for f in node._fields if f not in _SKIPPED]
        return (type(node).__name__, *(tree_of(getattr(node, f, None), f) for f in fields))
    if isinstance(node, list):
        return ("list", *(tree_of(item, name) for item in node))
    if node is None and name != "value":
        return ("none",)
    if isinstance(node, str) and name in _NAMES:
        return ("name", node)
    return ("value", type(node).__name__, node)


def is_small(node: ast.AST) -> bool:
    """Whether a node has few enough parts to be looked at."""
    waiting: list[ast.AST] = [node]
    for _ in range(LARGEST):
        if not waiting:
            return True
        waiting += ast.iter_child_nodes(waiting.pop())
    return not waiting


def node_of(tree: Tree) -> Any:
    """The node (or list, or value) of a tree; a hole becomes a name that stands for it."""
    kind, *parts = tree
    if kind == HOLE:
        return ast.Name(f"{_MARK}{parts[0]}", ast.Load())
    if kind == "list":
        return [node_of(part) for part in parts]
    if kind == "none":
        return None
    if kind == "name":
        return f"{_MARK}{parts[0][1]}" if isinstance(parts[0], tuple) else parts[0]
    if kind == "value":
        return parts[1]
    node_type = getattr(ast, kind)
    fields = [f for f in node_type._fields if f not in _SKIPPED]
    values = {f: node_of(part) for f, part in zip(fields, parts, strict=True)}
    if "ctx" in node_type._fields:
        values["ctx"] = ast.Load()
    if "type_params" in node_type._fields:
        values["type_params"] = []
    return node_type(**values)


def text_of(tree: Tree) -> str:
    """The source text of a tree, holes as ``$0``, ``$1``..."""
    node = ast.fix_missing_locations(node_of(tree))
    return ast.unparse(node).replace(_MARK, "$")


def is_expression(tree: Tree) -> bool:
    """Whether the tree is one that any expression could stand for."""
    return tree[0] in _EXPRESSIONS


def holes(tree: Tree) -> Iterator[int]:
    """The numbers of the holes, with repetitions."""
    for part in parts_of(tree):
        if part[0] == HOLE:
            yield part[1]


def parts_of(tree: Tree) -> Iterator[Tree]:
    """The tree and every tree in it."""
    waiting = [tree]
    while waiting:
        current = waiting.pop()
        yield current
        waiting += [part for part in current[1:] if isinstance(part, tuple)]


def shape(tree: Tree, depth: int) -> tuple[object, ...]:
    """The kinds of a tree's parts down to a depth, without names and values."""
    if depth == 0 or tree[0] in {"name", "value"}:
        return (tree[0],)
    return (tree[0], *(shape(part, depth - 1) for part in tree[1:] if isinstance(part, tuple)))


def substance(tree: Tree) -> int:
    """How many names, values and operators are given, and not left to holes."""
    return sum(
        (part[0] in {"name", "value"} and not isinstance(part[1], tuple)) or len(part) == 1
        for part in parts_of(tree)
        if part not in {("none",), ("list",)}
    )
