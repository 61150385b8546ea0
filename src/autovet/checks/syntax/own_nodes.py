"""The nodes that run when a function (or a block of it) runs."""

import ast
from collections.abc import Iterable, Iterator

_INNER = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef)


def own_nodes(block: Iterable[ast.AST]) -> Iterator[ast.AST]:
    """All nodes below ``block``, itself included, without the insides of inner definitions.

    An inner definition itself is given; what stands in it is not, for it runs another time.
    """
    stack = list(block)[::-1]
    while stack:
        node = stack.pop()
        yield node
        if not isinstance(node, _INNER):
            stack.extend(reversed(list(ast.iter_child_nodes(node))))


def own_statements(block: Iterable[ast.stmt]) -> Iterator[ast.stmt]:
    """The statements among ``own_nodes``, without looking into expressions."""
    stack = list(block)[::-1]
    while stack:
        statement = stack.pop()
        yield statement
        if isinstance(statement, _INNER):
            continue
        inner: list[ast.stmt] = []
        for name in ("body", "handlers", "cases", "orelse", "finalbody"):
            for part in getattr(statement, name, ()):
                inner += (
                    part.body if isinstance(part, (ast.ExceptHandler, ast.match_case)) else [part]
                )
        stack.extend(reversed(inner))
