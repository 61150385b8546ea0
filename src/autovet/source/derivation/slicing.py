"""Cuts out of a module what some of its functions need, where that does nothing but compute."""

import ast
import builtins
from collections.abc import Iterable, Iterator

from autovet.source.module import Module
from autovet.source.scopes import FunctionNode

_Definition = FunctionNode | ast.ClassDef

_MODULES = frozenset({
    "__future__", "abc", "array", "base64", "binascii", "bisect", "calendar", "cmath",
    "collections", "colorsys", "copy", "dataclasses", "datetime", "decimal", "difflib", "enum",
    "fractions", "functools", "hashlib", "heapq", "html", "ipaddress", "itertools", "json",
    "keyword", "math", "numbers", "operator", "re", "statistics", "string", "struct",
    "textwrap", "types", "typing", "typing_extensions", "unicodedata", "urllib", "zlib",
})  # fmt: skip
_IMPURE_BUILTINS = frozenset({
    "__import__", "breakpoint", "compile", "delattr", "eval", "exec", "exit", "globals", "help",
    "id", "input", "locals", "memoryview", "open", "quit", "setattr", "vars", "copyright",
    "credits", "license",
})  # fmt: skip
_IMPURE_ATTRIBUTES = frozenset({"now", "today", "utcnow", "request", "urlopen"})
_CONTRACTS = frozenset({"icontract", "deal", "pydantic", "annotated_types"})
_PURE_DECORATORS = frozenset({
    "cache", "cached_property", "classmethod", "dataclass", "lru_cache", "property",
    "singledispatch", "staticmethod", "total_ordering", "wraps", "override", "final", "unique",
    "abstractmethod", "setter", "overload",
})  # fmt: skip
_CHANGING = frozenset({
    "add", "append", "clear", "discard", "extend", "insert", "pop", "popitem", "remove",
    "reverse", "setdefault", "sort", "update", "register",
})  # fmt: skip
_PURE_BUILTINS = frozenset(dir(builtins)) - _IMPURE_BUILTINS


_LAZY = "from __future__ import annotations"


class Slicer:
    """Finds what each function or class of a module needs of it."""

    def __init__(self, module: Module) -> None:
        self._module = module
        self._needs: dict[ast.stmt, frozenset[ast.stmt] | None] = {}
        self._changed = frozenset(_changed_names(module))
        self._annotations_count = not can_be_lazy(module)

    def needs(self, definition: ast.stmt) -> frozenset[ast.stmt] | None:
        """The top-level statements that one needs, itself among them; None where one is impure."""
        if definition not in self._needs:
            self._needs[definition] = self._closure(definition)
        return self._needs[definition]

    def _closure(self, definition: ast.stmt) -> frozenset[ast.stmt] | None:
        found: set[ast.stmt] = set()
        waiting = [definition]
        while waiting:
            statement = waiting.pop()
            if statement in found:
                continue
            found.add(statement)
            needed = self._direct(statement)
            if needed is None:
                return None
            waiting += needed
        return frozenset(found)

    def _direct(self, statement: ast.stmt) -> list[ast.stmt] | None:
        if isinstance(statement, (ast.Import, ast.ImportFrom)):
            return [] if _is_pure_import(statement) else None
        found: list[ast.stmt] = []
        for node in self._evaluated(statement):
            match node:
                case ast.Global() | ast.Nonlocal() | ast.Await() | ast.AsyncFor() | ast.AsyncWith():
                    return None
                case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef() if not all(
                    self._is_pure_decorator(d) for d in node.decorator_list
                ):
                    return None
                case ast.Attribute(attr=attr) if attr in _IMPURE_ATTRIBUTES:
                    return None
                case ast.Name(ctx=ast.Load()):
                    needed = self._needed(node)
                    if needed is None:
                        return None
                    found += needed
        return found

    def _needed(self, name: ast.Name) -> list[ast.stmt] | None:
        """The statement that binds a name, if one of the module does; None where it is impure."""
        scope = self._module.scopes.of(name).lookup(name.id)
        if scope is None:
            return [] if name.id in _PURE_BUILTINS or name.id.startswith("__") else None
        if scope is not self._module.scopes.module:
            return []
        bound = self._binding(name.id)
        return None if bound is None else [bound]

    def _evaluated(self, statement: ast.stmt) -> Iterator[ast.AST]:
        """The nodes that run, without decorators that state contracts and lazy annotations."""
        waiting: list[ast.AST] = [statement]
        while waiting:
            node = waiting.pop()
            yield node
            for name, value in ast.iter_fields(node):
                if name in {"annotation", "returns"} and not self._annotations_count:
                    continue
                children = value if isinstance(value, list) else [value]
                for child in children:
                    if not isinstance(child, ast.AST):
                        continue
                    if name == "decorator_list" and is_contract(child, self._module):
                        continue
                    waiting.append(child)

    def _binding(self, name: str) -> ast.stmt | None:
        nodes = self._module.scopes.module.bindings[name]
        if len(nodes) != 1:
            return None
        statement = self._module.statement_of(nodes[0])
        if self._module.parent(statement) is not self._module.tree:
            return None
        if name in self._changed:
            return None
        plain = (ast.Assign, ast.AnnAssign, ast.Import, ast.ImportFrom)
        definitions = (ast.FunctionDef, ast.ClassDef)
        return statement if isinstance(statement, (*plain, *definitions)) else None

    def _is_pure_decorator(self, decorator: ast.expr) -> bool:
        if is_contract(decorator, self._module):
            return True
        callee = decorator.func if isinstance(decorator, ast.Call) else decorator
        name = callee.attr if isinstance(callee, ast.Attribute) else getattr(callee, "id", "")
        return name in _PURE_DECORATORS


def _changed_names(module: Module) -> Iterator[str]:
    """Names of tables and the like that some statement fills or changes later on."""
    for node in (
        *module.nodes(ast.Subscript),
        *module.nodes(ast.Call),
        *module.nodes(ast.AugAssign),
    ):
        match node:
            case ast.Subscript(value=ast.Name(id=name), ctx=ast.Store() | ast.Del()):
                yield name
            case ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr=attr)) if (
                attr in _CHANGING
            ):
                yield name
            case ast.AugAssign(target=ast.Name(id=name)):
                yield name


def can_be_lazy(module: Module) -> bool:
    """Whether the slice's annotations need not be evaluated: they are, or can be made, lazy."""
    if module.scopes.module.imports.get("annotations") == "__future__.annotations":
        return True
    first = module.tree.body[0]
    return _first_line(first) > 1 or not hasattr(first, "body")


def is_contract(decorator: ast.AST, module: Module) -> bool:
    """Whether a decorator only states what must hold, and so can be left away."""
    if not isinstance(decorator, ast.expr):
        return False
    callee = decorator.func if isinstance(decorator, ast.Call) else decorator
    name = module.qualified(callee) or ""
    return name.partition(".")[0] in _CONTRACTS


def _is_pure_import(node: ast.Import | ast.ImportFrom) -> bool:
    if isinstance(node, ast.ImportFrom):
        top = (node.module or "").partition(".")[0]
        return not node.level and top in _MODULES and all(a.name != "*" for a in node.names)
    return all(alias.name.partition(".")[0] in _MODULES for alias in node.names)


def sliced_text(module: Module, kept: Iterable[ast.stmt]) -> str | None:
    """The module's text with nothing but these statements, each on the lines that it had.

    None where a kept statement shares a line with one that goes.
    """
    lines = module.text.split("\n")
    wanted: set[int] = set()
    dropped: set[int] = set()
    keeping = set(kept)
    for statement in module.tree.body:
        numbers = set(range(_first_line(statement), (statement.end_lineno or 0) + 1))
        if statement in keeping:
            wanted |= numbers
            for decorator in getattr(statement, "decorator_list", ()):
                if is_contract(decorator, module):
                    dropped |= set(range(decorator.lineno, (decorator.end_lineno or 0) + 1))
        elif _is_future(statement):
            wanted |= numbers
        else:
            dropped |= numbers
    if wanted & dropped & {s.lineno for s in keeping}:
        return None
    texts = [
        line if number in wanted and number not in dropped else ""
        for number, line in enumerate(lines, 1)
    ]
    if can_be_lazy(module) and _LAZY not in module.text:
        texts[0] = f"{_LAZY}; {texts[0]}" if texts[0] else _LAZY
    return "\n".join(texts)


def _is_future(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.ImportFrom) and statement.module == "__future__"


def _first_line(statement: ast.stmt) -> int:
    decorators: list[ast.expr] = getattr(statement, "decorator_list", [])
    return min([statement.lineno, *(d.lineno for d in decorators)])
