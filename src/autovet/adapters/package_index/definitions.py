"""Finds functions and classes in the sources of installed packages, executing nothing."""

import ast
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from autovet.source.module import Module
from autovet.source.parsing import parse_module
from autovet.source.remembered import by_module
from autovet.source.scopes import FunctionNode, absolute_module

_DEEPEST = 6
_BIGGEST = 200_000


_Bound = FunctionNode | ast.ClassDef | str


@dataclass(frozen=True, slots=True)
class Definition:
    """A function or class where its source defines it."""

    node: FunctionNode | ast.ClassDef
    module: Module


class InstalledDefinitions:
    """Follows dotted names through packages and re-exports; each file is read once.

    Args:
        sites: the directories in which packages are installed.
    """

    def __init__(self, sites: Sequence[Path]) -> None:
        self._sites = tuple(sites)
        self._modules: dict[str, Module | None] = {}

    def find(self, dotted: str, depth: int = 0) -> Definition | None:
        """The one definition that a dotted name leads to; None when there are none or several."""
        if depth > _DEEPEST:
            return None
        parts = dotted.split(".")
        for cut in range(len(parts) - 1, 0, -1):
            module = self._module(".".join(parts[:cut]))
            if module is not None:
                return self._member(module, parts[cut:], depth)
        return None

    def named(self, name: ast.expr, module: Module) -> Definition | None:
        """What a name in some module stands for."""
        local = module.definition(name)
        if local is not None:
            return Definition(local, module)
        dotted = module.qualified(name)
        return None if dotted is None else self.find(dotted, 1)

    def method(self, owner: Definition, name: str, depth: int = 0) -> Definition | None:
        """A method of a class or of the bases that come before any unknown one."""
        if not isinstance(owner.node, ast.ClassDef) or depth > _DEEPEST:
            return None
        own = [
            item
            for item in owner.node.body
            if isinstance(item, (ast.FunctionDef, ast.AsyncFunctionDef)) and item.name == name
        ]
        if own:
            return Definition(own[-1], owner.module) if len(own) == 1 else None
        return self.inherited(owner, name, depth)

    def inherited(self, owner: Definition, name: str, depth: int = 0) -> Definition | None:
        """The method that ``super()`` leads to, where every base on the way is known."""
        if not isinstance(owner.node, ast.ClassDef):
            return None
        for base in owner.node.bases:
            found = self.named(base, owner.module)
            if found is None:
                return None
            method = self.method(found, name, depth + 1)
            if method is not None:
                return method
        return None

    def _member(self, module: Module, names: Sequence[str], depth: int) -> Definition | None:
        bound = _top_level(module).get(names[0], [])
        if len(bound) != 1:
            return None
        only = bound[0]
        if isinstance(only, str):
            return self.find(".".join([only, *names[1:]]), depth + 1)
        found = Definition(only, module)
        return found if len(names) == 1 else self.method(found, names[1])

    def _module(self, dotted: str) -> Module | None:
        if dotted not in self._modules:
            self._modules[dotted] = self._read(dotted)
        return self._modules[dotted]

    def _read(self, dotted: str) -> Module | None:
        relative = dotted.replace(".", "/")
        for site in self._sites:
            for path in (f"{relative}.py", f"{relative}/__init__.py"):
                file = site / path
                try:
                    if file.is_file() and file.stat().st_size < _BIGGEST:
                        return parse_module(path, file.read_text(encoding="utf-8"))
                except (OSError, UnicodeDecodeError):
                    return None
        return None


@by_module
def _top_level(module: Module) -> dict[str, list[_Bound]]:
    """Names of the module: definitions, and imports as the dotted name that they stand for.

    Without the scope table of the whole file, which costs more than parsing it.
    """
    found: dict[str, list[_Bound]] = {}
    stack: list[ast.stmt] = list(module.tree.body)
    while stack:
        node = stack.pop()
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            found.setdefault(node.name, []).append(node)
        elif isinstance(node, ast.Import):
            for alias in node.names:
                name = alias.asname or alias.name.partition(".")[0]
                found.setdefault(name, []).append(alias.name if alias.asname else name)
        elif isinstance(node, ast.ImportFrom):
            base = absolute_module(node, module.package)
            for alias in node.names:
                found.setdefault(alias.asname or alias.name, []).append(f"{base}.{alias.name}")
        else:
            for block in ("body", "handlers", "orelse", "finalbody"):
                stack += getattr(node, block, [])
    return found
