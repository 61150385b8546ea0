"""The nodes of a tree, by type and with their parents, from one walk without recursion."""

import ast
from collections import defaultdict
from collections.abc import Iterator
from typing import TypeVar

Node = TypeVar("Node", bound=ast.AST)


class NodeIndex:
    """One pre-order walk over the tree, remembered; every check reads from it."""

    def __init__(self, tree: ast.Module) -> None:
        self._parents: dict[ast.AST, ast.AST] = {}
        self._by_type: defaultdict[type[ast.AST], list[ast.AST]] = defaultdict(list)
        self.order: list[ast.AST] = []
        stack: list[ast.AST] = [tree]
        while stack:
            node = stack.pop()
            self.order.append(node)
            self._by_type[type(node)].append(node)
            children = [
                child
                for child in ast.iter_child_nodes(node)
                if not isinstance(
                    child, (ast.expr_context, ast.operator, ast.cmpop, ast.unaryop, ast.boolop)
                )
            ]
            for child in children:
                self._parents[child] = node
            stack.extend(reversed(children))

    def nodes(self, *types: type[Node]) -> list[Node]:
        """The nodes of exactly these types (or, for a base such as ``ast.stmt``, below them)."""
        found: list[ast.AST] = []
        kinds = [kind for kind in self._by_type if issubclass(kind, types)]
        for kind in kinds:
            found += self._by_type[kind]
        if len(kinds) > 1:
            found.sort(key=lambda n: (getattr(n, "lineno", 0), getattr(n, "col_offset", 0)))
        return found  # type: ignore[return-value]  # issubclass above picked them by type

    def parent(self, node: ast.AST) -> ast.AST | None:
        """The node around, None for the module itself."""
        return self._parents.get(node)

    def ancestors(self, node: ast.AST) -> Iterator[ast.AST]:
        """The nodes around, innermost first."""
        parent = self._parents.get(node)
        while parent is not None:
            yield parent
            parent = self._parents.get(parent)
