"""Going through the parts of a function that a repair may touch."""

import ast
from collections.abc import Iterator
from typing import TypeGuard


def walked(node: ast.AST) -> Iterator[ast.AST]:
    """A node and what is in it, in source order, without annotations and formatted strings."""
    stack = [node]
    while stack:
        current = stack.pop()
        yield current
        if isinstance(current, ast.JoinedStr):
            continue
        skipped = {id(getattr(current, n, None)) for n in ("annotation", "returns")}
        stack += [c for c in reversed(list(ast.iter_child_nodes(current))) if id(c) not in skipped]


def is_read(node: ast.AST) -> TypeGuard[ast.Name]:
    """Whether a node is a name whose value is used."""
    return isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)


def stored_names(node: ast.AST) -> Iterator[str]:
    """The names that a node binds: as a target or a parameter."""
    if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
        yield node.id
    elif isinstance(node, ast.arg):
        yield node.arg
