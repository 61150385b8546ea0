"""The classes of values that a library's sources leave without a type.

ty follows declared types. Where a library declares none, as pandas does for ``frame["column"]``, a
small table says what comes out, so that a chain can be followed to its end.
"""

import ast
import re
import tomllib
from collections.abc import Awaitable, Callable, Mapping
from functools import cache
from pathlib import Path

from autovet.adapters.ty.document_tree import DocumentTree
from autovet.adapters.ty.receiver_text import bare_names, shown_type

_Names = frozenset[str]
_Table = Mapping[str, Mapping[str, list[str]]]
Hover = Callable[[int, int], Awaitable[str]]
"""What the type checker shows at a line and a column."""

_LONGEST_CHAIN = 12
_RETURNS = re.compile(r"\) -> ([\w. |]+)\n```")
_NOTHING: _Names = frozenset()


@cache
def _tables() -> Mapping[str, _Table]:
    return tomllib.loads(Path(__file__).with_suffix(".toml").read_text("utf-8"))


class UntoldTypes:
    """Works out classes by name for the values of one document."""

    def __init__(self, tree: DocumentTree, hover: Hover) -> None:
        self._tree = tree
        self._hover = hover
        self._table: dict[str, Mapping[str, list[str]]] = {}
        for library in tree.libraries & _tables().keys():
            self._table |= _tables()[library]

    def __bool__(self) -> bool:
        """Whether the document imports a library of which anything is known."""
        return bool(self._table)

    async def classes(self, value: ast.expr, left: int = _LONGEST_CHAIN) -> _Names:
        """The names of the classes that a value may be of; none where nothing is known."""
        if left == 0:
            return _NOTHING
        match value:
            case ast.Name():
                told = await self._told(value)
                bound = self._tree.bound_once(value.id) if not told else None
                return told if bound is None else await self.classes(bound, left - 1)
            case ast.Attribute(value=owner, attr=name):
                return await self._told(value) or await self._step(owner, name, left)
            case ast.Subscript(value=ast.Attribute(value=owner, attr=("loc" | "iloc") as name)):
                return await self._step(owner, f"{name}[]", left)
            case ast.Subscript(value=owner):
                return await self._step(owner, "[]", left)
            case ast.Call(func=ast.Attribute(value=owner, attr=name) as function):
                found = await self._step(owner, f"{name}()", left)
                return found or await self._returned(function)
            case _:
                return _NOTHING

    async def _step(self, owner: ast.expr, step: str, left: int) -> _Names:
        found: set[str] = set()
        for name in await self.classes(owner, left - 1):
            further = self._table.get(name, {}).get(step)
            if further is None:
                return _NOTHING
            found.update(further)
        return frozenset(found)

    async def _told(self, value: ast.expr) -> _Names:
        return self._known(shown_type(await self._hover(*self._tree.end(value))) or "")

    async def _returned(self, function: ast.expr) -> _Names:
        returns = _RETURNS.search(await self._hover(*self._tree.end(function)))
        return self._known(returns[1]) if returns is not None else _NOTHING

    def _known(self, shown: str) -> _Names:
        names = frozenset(bare_names(shown)) if shown else _NOTHING
        return names if names <= self._table.keys() else _NOTHING
