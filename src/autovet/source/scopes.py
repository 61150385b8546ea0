"""Which scope binds which name, and what an imported name stands for."""

import ast
import builtins
from collections.abc import Iterator
from dataclasses import dataclass, field

from autovet.source.index import NodeIndex

FunctionNode = ast.FunctionDef | ast.AsyncFunctionDef
_SCOPES = (
    ast.Module,
    ast.FunctionDef,
    ast.AsyncFunctionDef,
    ast.Lambda,
    ast.ClassDef,
    ast.ListComp,
    ast.SetComp,
    ast.DictComp,
    ast.GeneratorExp,
)
_COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
_BUILTINS = frozenset(dir(builtins))


@dataclass(slots=True)
class Scope:
    """The names that one scope binds, each with the nodes that bind it, in source order."""

    node: ast.AST
    parent: "Scope | None"
    bindings: dict[str, list[ast.AST]] = field(default_factory=dict)
    imports: dict[str, str] = field(default_factory=dict)
    outer: set[str] = field(default_factory=set)

    def lookup(self, name: str) -> "Scope | None":
        """The scope that binds ``name`` as seen from here; None when nothing in the module does."""
        scope: Scope | None = self
        while scope is not None:
            skipped = scope is not self and isinstance(scope.node, ast.ClassDef)
            if name in scope.bindings and name not in scope.outer and not skipped:
                return scope
            scope = scope.parent
        return None


class ScopeTable:
    """All scopes of a module; ``package`` is what relative imports start from."""

    def __init__(self, tree: ast.Module, index: NodeIndex, package: str) -> None:
        self._index = index
        self._package = package
        self.module = Scope(tree, None)
        self._opened: dict[ast.AST, Scope] = {tree: self.module}
        self._around: dict[ast.AST, Scope] = {tree: self.module}
        self._qualified: dict[ast.expr, str | None] = {}
        for node in index.order:
            parent = index.parent(node)
            if parent is not None:
                inside = parent in self._opened and self._inside(node, parent)
                around = self._opened[parent] if inside else self._around[parent]
                self._around[node] = around
                if isinstance(node, _SCOPES):
                    self._opened[node] = Scope(node, around)
            for name in bound_names(node):
                self._bind(name, node)

    def of(self, node: ast.AST, *, own: bool = True) -> Scope:
        """The scope in which ``node`` is evaluated; with ``own``, the one that it opens."""
        if own and node in self._opened:
            return self._opened[node]
        return self._around.get(node, self.module)

    @staticmethod
    def _inside(child: ast.AST, scope: ast.AST) -> bool:
        """Decorators, defaults, annotations and bases belong to the scope around a definition."""
        if isinstance(scope, (ast.FunctionDef, ast.AsyncFunctionDef)):
            outside = child is scope.args or child is scope.returns
            return not outside and child not in scope.decorator_list
        if isinstance(scope, ast.ClassDef):
            return isinstance(child, ast.stmt)
        if isinstance(scope, _COMPREHENSIONS):
            return True
        return child is not getattr(scope, "args", None)

    def _bind(self, name: str, node: ast.AST) -> None:
        if isinstance(node, ast.arg):
            owner = next(a for a in self._index.ancestors(node) if a in self._opened)
            scope = self._opened[owner]
        elif isinstance(node, (ast.Global, ast.Nonlocal)):
            self.of(node).outer.add(name)
            scope = self.module if isinstance(node, ast.Global) else self.of(node)
        else:
            scope = self.of(node, own=False)
            if isinstance(scope.node, _COMPREHENSIONS) and isinstance(
                self._index.parent(node), ast.NamedExpr
            ):
                while isinstance(scope.node, _COMPREHENSIONS) and scope.parent is not None:
                    scope = scope.parent
            if name in scope.outer:
                scope = self.module
        scope.bindings.setdefault(name, []).append(node)
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            scope.imports[name] = self._import_target(name, node)

    def _import_target(self, name: str, node: ast.Import | ast.ImportFrom) -> str:
        for alias in node.names:
            if isinstance(node, ast.Import):
                if alias.asname == name:
                    return alias.name
                if alias.asname is None and alias.name.partition(".")[0] == name:
                    return name
            elif (alias.asname or alias.name) == name:
                base = absolute_module(node, self._package)
                return f"{base}.{alias.name}" if base else alias.name
        return name

    def qualified(self, node: ast.expr) -> str | None:
        """The dotted name that an expression stands for, followed through imports.

        ``builtins.`` stands before an unshadowed builtin. A name that nothing in the module binds
        is taken at its word (fragments come without their imports). None for anything computed or
        bound to a value of the module's own.
        """
        if node not in self._qualified:
            self._qualified[node] = self._resolve(node)
        return self._qualified[node]

    def _resolve(self, node: ast.expr) -> str | None:
        attributes: list[str] = []
        while isinstance(node, ast.Attribute):
            attributes.append(node.attr)
            node = node.value
        if not isinstance(node, ast.Name):
            return None
        scope = self.of(node).lookup(node.id)
        if scope is None:
            root = f"builtins.{node.id}" if node.id in _BUILTINS else node.id
        elif node.id in scope.imports:
            root = scope.imports[node.id]
        else:
            return None
        return ".".join([root, *reversed(attributes)])


def absolute_module(node: ast.ImportFrom, package: str) -> str:
    """The absolute name of the module that a ``from`` import names."""
    if not node.level:
        return node.module or ""
    parts = package.split(".") if package else []
    kept = parts[: len(parts) - node.level + 1] if node.level > 1 else parts
    return ".".join([*kept, *([node.module] if node.module else [])])


def bound_names(node: ast.AST) -> Iterator[str]:
    """The names that this very node binds in the scope around it."""
    match node:
        case ast.Name(ctx=ast.Store() | ast.Del()):
            yield node.id
        case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
            yield node.name
        case ast.arg():
            yield node.arg
        case ast.Import():
            yield from (a.asname or a.name.partition(".")[0] for a in node.names)
        case ast.ImportFrom():
            yield from (a.asname or a.name for a in node.names if a.name != "*")
        case ast.ExceptHandler(name=str(name)) | ast.MatchAs(name=str(name)):
            yield name
        case ast.MatchStar(name=str(name)) | ast.MatchMapping(rest=str(name)):
            yield name
        case ast.Global() | ast.Nonlocal():
            yield from node.names
