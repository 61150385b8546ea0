"""The nodes of a tree, by type and with their parents, from one walk without recursion."""

import ast
from collections import defaultdict
from collections.abc import Iterator
from typing import TypeVar, cast

Node = TypeVar("Node", bound=ast.AST)

_SHARED = frozenset(
    kind
    for base in (ast.expr_context, ast.operator, ast.cmpop, ast.unaryop, ast.boolop)
    for kind in base.__subclasses__()
)
"""Of these the parser makes one object for all places, so they have no parent of their own."""


class NodeIndex:
    """One pre-order walk over the tree, remembered; the gate and every check read from it.

    Attributes:
        order: all nodes, in source order.
        depth: how deep the tree is. A chain of ``elif`` is as deep as it is long, since each
            stands inside the one before.
        pattern_depth: how deep its deepest ``match`` pattern is, counted apart.
    """

    def __init__(self, tree: ast.Module) -> None:
        self._parents: dict[ast.AST, ast.AST] = {}
        self._by_type: defaultdict[type[ast.AST], list[ast.AST]] = defaultdict(list)
        self._selected: dict[tuple[type[ast.AST], ...], list[ast.AST]] = {}
        self.order: list[ast.AST] = []
        self.depth = self.pattern_depth = 0
        self._walk(tree)

    def _walk(self, tree: ast.Module) -> None:
        order, parents, by_type = self.order, self._parents, self._by_type
        stack: list[tuple[ast.AST, int, int]] = [(tree, 1, 0)]
        while stack:
            node, depth, pattern = stack.pop()
            order.append(node)
            by_type[type(node)].append(node)
            self.depth = max(self.depth, depth)
            if isinstance(node, ast.pattern):
                pattern += 1
                self.pattern_depth = max(self.pattern_depth, pattern)
            children: list[tuple[ast.AST, int, int]] = []
            for name in node._fields:
                value = getattr(node, name, None)
                if isinstance(value, list):
                    for item in value:
                        if isinstance(item, ast.AST) and type(item) not in _SHARED:
                            parents[item] = node
                            children.append((item, depth + 1, pattern))
                elif isinstance(value, ast.AST) and type(value) not in _SHARED:
                    parents[value] = node
                    children.append((value, depth + 1, pattern))
            children.reverse()
            stack += children

    def nodes(self, *types: type[Node]) -> list[Node]:
        """The nodes of exactly these types (or, for a base such as ``ast.stmt``, below them)."""
        found = self._selected.get(types)
        if found is None:
            found = self._selected[types] = self._select(types)
        return cast("list[Node]", found)  # _select picked them by type

    def _select(self, types: tuple[type[ast.AST], ...]) -> list[ast.AST]:
        kinds = [kind for kind in self._by_type if issubclass(kind, types)]
        if len(kinds) == 1:
            return self._by_type[kinds[0]]
        found = [node for kind in kinds for node in self._by_type[kind]]
        found.sort(key=lambda n: (getattr(n, "lineno", 0), getattr(n, "col_offset", 0)))
        return found

    def parent(self, node: ast.AST) -> ast.AST | None:
        """The node around, None for the module itself."""
        return self._parents.get(node)

    def ancestors(self, node: ast.AST) -> Iterator[ast.AST]:
        """The nodes around, innermost first."""
        parent = self._parents.get(node)
        while parent is not None:
            yield parent
            parent = self._parents.get(parent)
