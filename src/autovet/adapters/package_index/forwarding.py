"""Which keyword arguments an installed function takes in the end, when it passes them on.

``def get(url, **kwargs): return request("get", url, **kwargs)`` accepts any keyword by its own
signature, so a type checker lets an invented one pass; the function that it hands them to does
not. This follows such chains through the sources of the installed packages, without importing or
executing anything.
"""

import ast
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from autovet.source.module import Module
from autovet.source.parsing import parse_module
from autovet.source.scopes import FunctionNode

_DEEPEST = 5
_BIGGEST = 1_000_000


@dataclass(frozen=True, slots=True)
class Accepted:
    """The keywords that a call may use, and the function that says so.

    Attributes:
        keywords: all names that some function along the chain takes.
        by: the dotted name of the last function of the chain.
    """

    keywords: frozenset[str]
    by: str


@dataclass(frozen=True, slots=True)
class _Found:
    """A function or class where its source defines it."""

    node: FunctionNode | ast.ClassDef
    module: Module


class InstalledSources:
    """Reads functions of installed packages from their sources, each file once."""

    def __init__(self, sites: Sequence[Path]) -> None:
        self._sites = tuple(sites)
        self._modules: dict[str, Module | None] = {}
        self._answers: dict[str, Accepted | None] = {}

    def accepted(self, function: str) -> Accepted | None:
        """What a function that passes keywords on accepts; None when that cannot be told.

        A function that names all its arguments itself is left to the type checker.
        """
        if function not in self._answers:
            found = self._find(function, 0)
            self._answers[function] = None if found is None else self._follow(found, 0)
        return self._answers[function]

    def _follow(self, found: _Found, depth: int) -> Accepted | None:
        node, module = found.node, found.module
        if isinstance(node, ast.ClassDef) or depth > _DEEPEST or node.decorator_list:
            return None
        own = frozenset(a.arg for a in (*node.args.args, *node.args.kwonlyargs))
        if node.args.kwarg is None:
            return Accepted(own, f"{module.name}.{node.name}") if depth else None
        call = _only_receiver(node, node.args.kwarg.arg, module)
        target = self._target(call, module, depth) if call is not None else None
        further = self._follow(target, depth + 1) if target is not None else None
        if call is None or further is None:
            return None
        taken = {keyword.arg for keyword in call.keywords if keyword.arg}
        return Accepted((further.keywords - taken) | own, further.by)

    def _target(self, call: ast.Call, module: Module, depth: int) -> _Found | None:
        function = call.func
        if isinstance(function, ast.Attribute) and isinstance(function.value, ast.Name):
            owner = self._owner(function.value, module, depth)
            if owner is not None:
                return _method(owner, function.attr)
        local = module.definition(function)
        if local is not None:
            return _Found(local, module)
        name = module.qualified(function)
        return None if name is None else self._find(name, depth + 1)

    def _owner(self, name: ast.Name, module: Module, depth: int) -> _Found | None:
        """The class of ``self``, or of a name that was bound to a new instance."""
        around = module.function_of(name)
        holder = module.class_of(name)
        first = around.args.args[:1] if around is not None else []
        if holder is not None and first and first[0].arg == name.id:
            return _Found(holder, module)
        value = module.assigned(name)
        if not isinstance(value, ast.Call):
            return None
        local = module.definition(value.func)
        if local is not None:
            return _Found(local, module)
        dotted = module.qualified(value.func)
        return None if dotted is None else self._find(dotted, depth + 1)

    def _find(self, dotted: str, depth: int) -> _Found | None:
        """Follow a dotted name through packages and re-exports to its definition."""
        if depth > _DEEPEST:
            return None
        parts = dotted.split(".")
        for cut in range(len(parts) - 1, 0, -1):
            module = self._module(".".join(parts[:cut]))
            if module is not None:
                return self._member(module, parts[cut:], depth)
        return None

    def _member(self, module: Module, names: Sequence[str], depth: int) -> _Found | None:
        bindings = module.scopes.module.bindings.get(names[0], [])
        if len(bindings) != 1:
            return None
        node = bindings[0]
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            found = _Found(node, module)
            return found if len(names) == 1 else _method(found, names[1])
        target = module.scopes.module.imports.get(names[0])
        if target is None:
            return None
        return self._find(".".join([target, *names[1:]]), depth + 1)

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


def _method(owner: _Found, name: str) -> _Found | None:
    if not isinstance(owner.node, ast.ClassDef):
        return None
    methods = [
        item
        for item in owner.node.body
        if isinstance(item, (ast.FunctionDef, ast.AsyncFunctionDef)) and item.name == name
    ]
    return _Found(methods[-1], owner.module) if len(methods) == 1 else None


def _only_receiver(function: FunctionNode, kwargs: str, module: Module) -> ast.Call | None:
    """The one call that ``**kwargs`` goes to, if nothing takes out what it does not know.

    ``kwargs.setdefault("x", ...)`` adds and is harmless; ``pop``, ``get`` and the like may remove.
    """
    receivers: list[ast.Call] = []
    for node in ast.walk(function):
        if not isinstance(node, ast.Name) or node.id != kwargs:
            continue
        parent = module.parent(node)
        if isinstance(parent, ast.keyword) and parent.arg is None:
            call = module.parent(parent)
            if isinstance(call, ast.Call):
                receivers.append(call)
                continue
        harmless = isinstance(parent, ast.Attribute) and parent.attr == "setdefault"
        if not harmless:
            return None
    return receivers[0] if len(receivers) == 1 else None
