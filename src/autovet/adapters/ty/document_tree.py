"""The syntax tree of a document with positions as a server counts them."""

import ast
import re
import sys
from collections.abc import Iterator, Mapping
from functools import cached_property, lru_cache

from autovet.domain.span import Span
from autovet.source.parser import parse

Located = ast.expr | ast.alias | ast.keyword
_LINE_END = re.compile(r"\r\n|\r|\n")


@lru_cache(maxsize=4)
def tree_of(text: str) -> ast.Module | None:
    """Parse a text; None when it is no Python for us. Nobody may change the tree."""
    try:
        return parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def parsed(text: str) -> "DocumentTree | None":
    """Parse a text to ask where things stand."""
    tree = tree_of(text)
    return None if tree is None else DocumentTree(tree, text)


class DocumentTree:
    """Answers what stands where; lines and columns count from 1."""

    def __init__(self, tree: ast.Module, text: str) -> None:
        self._ascii = text.isascii()
        self._lines = [] if self._ascii else _LINE_END.split(text)
        self.tree = tree
        nodes = list(ast.walk(tree))
        self.attributes = [
            node
            for node in nodes
            if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Load)
        ]
        self._calls = [node for node in nodes if isinstance(node, ast.Call)]
        self._imports = [node for node in nodes if isinstance(node, (ast.Import, ast.ImportFrom))]

    @cached_property
    def libraries(self) -> frozenset[str]:
        """Top-level modules that are imported and not of the standard library."""
        names: set[str] = set()
        for node in self._imports:
            if isinstance(node, ast.Import):
                names |= {alias.name.partition(".")[0] for alias in node.names}
            elif node.level == 0 and node.module:
                names.add(node.module.partition(".")[0])
        return frozenset(names - sys.stdlib_module_names)

    @property
    def imports_libraries(self) -> bool:
        """Whether there is anything that is not of the standard library."""
        return bool(self.libraries)

    @property
    def from_imports(self) -> Iterator[tuple[str, ast.alias]]:
        """What is imported from library modules: the module, and the alias."""
        for node in self._imports:
            if isinstance(node, ast.ImportFrom) and self._is_library(node.module, node.level):
                for alias in node.names:
                    if alias.name != "*":
                        yield node.module or "", alias

    def members(
        self, imported: Mapping[str, str]
    ) -> Iterator[tuple[str, str, ast.Attribute | ast.alias]]:
        """What is taken from library modules: module, name, and where.

        Args:
            imported: further names that stand for modules.
        """
        modules = {**dict(self._modules()), **imported}
        modules = {name: m for name, m in modules.items() if name not in self._bound_once}
        for module, alias in self.from_imports:
            yield module, alias.name, alias
        for found in self.attributes:
            holder = found.value
            if isinstance(holder, ast.Name) and holder.id in modules:
                yield modules[holder.id], found.attr, found
                continue
            outer = holder.value if isinstance(holder, ast.Attribute) else None
            if isinstance(outer, ast.Name) and outer.id in modules:
                inner = ast.unparse(holder).rpartition(".")[2]
                yield f"{modules[outer.id]}.{inner}", found.attr, found

    def _modules(self) -> Iterator[tuple[str, str]]:
        """Names that stand for modules of libraries."""
        for node in self._imports:
            for alias in node.names if isinstance(node, ast.Import) else ():
                top = alias.name.partition(".")[0]
                if self._is_library(alias.name, 0):
                    yield alias.asname or top, alias.name if alias.asname else top

    def _is_library(self, module: str | None, level: int) -> bool:
        return level == 0 and (module or "").partition(".")[0] in self.libraries

    def start(self, node: Located) -> tuple[int, int]:
        """Where a node begins, with its column in bytes, as ty's server counts."""
        return node.lineno, node.col_offset + 1

    def end(self, node: ast.expr) -> tuple[int, int]:
        """The last byte of a node."""
        return node.end_lineno or node.lineno, node.end_col_offset or 1

    def span(self, node: Located) -> Span:
        """Where a node stands, in characters."""
        line = node.end_lineno or node.lineno
        return Span(
            node.lineno,
            self._column(node.lineno, node.col_offset) + 1,
            line,
            self._column(line, node.end_col_offset or 0) + 1,
        )

    def attribute_at(self, span: Span) -> ast.Attribute | None:
        """The attribute that stands exactly at a span."""
        return next((node for node in self.attributes if self.span(node) == span), None)

    def module_of_import_at(self, span: Span) -> tuple[int, int] | None:
        """Where the module's name ends in the ``from`` import that has an alias at a span."""
        for node in self._imports:
            if isinstance(node, ast.ImportFrom) and node.module and not node.level:
                for alias in node.names:
                    if self.span(alias).start == span.start:
                        return node.lineno, node.col_offset + len("from ") + len(node.module)
        return None

    def bound_once(self, name: str) -> ast.expr | None:
        """What a name is bound to in the whole document, if that is one plain assignment."""
        return self._bound_once.get(name)

    @cached_property
    def _bound_once(self) -> dict[str, ast.expr | None]:
        found: dict[str, ast.expr | None] = {}
        plain: dict[int, ast.expr] = {}
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Assign) and len(node.targets) == 1:
                plain[id(node.targets[0])] = node.value
            elif isinstance(node, ast.arg):
                found[node.arg] = None
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
                found[node.id] = None if node.id in found else plain.get(id(node))
        return found

    def class_around(self, line: int) -> ast.ClassDef | None:
        """The innermost class whose body holds a line."""
        found = [
            node for node in self.classes if node.lineno <= line <= (node.end_lineno or node.lineno)
        ]
        return max(found, key=lambda node: node.lineno, default=None)

    @cached_property
    def classes(self) -> list[ast.ClassDef]:
        """All class statements."""
        return [node for node in ast.walk(self.tree) if isinstance(node, ast.ClassDef)]

    def is_called(self, node: ast.expr) -> bool:
        """Whether an expression is called where it stands."""
        return any(call.func is node for call in self._calls)

    def is_chosen(self, call: ast.Call) -> bool:
        """Whether what is called is a variable that may hold one of several things."""
        if not isinstance(call.func, ast.Name):
            return False
        name = call.func.id
        top = [target for node in self.tree.body for target in getattr(node, "targets", ())]
        stored = [
            node
            for node in ast.walk(self.tree)
            if (isinstance(node, ast.arg) and node.arg == name)
            or (isinstance(node, ast.Name) and node.id == name and isinstance(node.ctx, ast.Store))
        ]
        return len(stored) > 1 or any(node not in top for node in stored)

    def call_at(self, span: Span) -> ast.Call | None:
        """The innermost call that a span covers, or one of whose arguments begins there."""
        found = [
            call
            for call in self._calls
            if self.span(call) == span
            or self.span(call.func) == span
            or any(self.span(a).start == span.start for a in _arguments(call))
        ]
        exact = [call for call in found if self.span(call) == span]
        return min(exact or found, key=lambda c: len(ast.dump(c)), default=None)

    def _column(self, line: int, offset: int) -> int:
        if self._ascii:
            return offset
        return len(self._lines[line - 1].encode()[:offset].decode(errors="ignore"))


def _arguments(call: ast.Call) -> list[Located]:
    return [*call.args, *call.keywords]
