"""The modules that a file imports, and whether their absence is provided for."""

import ast
from collections.abc import Iterator

from autovet.source.module import Module

_FORGIVING = frozenset({"ImportError", "ModuleNotFoundError", "Exception", "BaseException"})


def imports_of(module: Module) -> Iterator[tuple[str, ast.alias, ast.Import | ast.ImportFrom]]:
    """Yield every absolutely imported module with the alias and statement that name it."""
    for node in module.nodes(ast.Import):
        for alias in node.names:
            yield alias.name, alias, node
    for statement in module.nodes(ast.ImportFrom):
        if not statement.level and statement.module:
            yield statement.module, statement.names[0], statement


def is_guarded(node: ast.AST, module: Module) -> bool:
    """Whether an import may fail without harm, or never runs.

    It stands in a ``try`` that catches ImportError, in ``suppress(ImportError)``, under
    ``TYPE_CHECKING``, behind ``find_spec`` or a look at ``sys.version_info`` or ``sys.platform``.
    """
    child = node
    for ancestor in module.ancestors(node):
        if isinstance(ancestor, ast.Try) and child not in ancestor.finalbody:
            if any(_forgives(handler.type) for handler in ancestor.handlers):
                return True
        elif isinstance(ancestor, ast.If):
            if _asks_for_it(ancestor.test):
                return True
        elif isinstance(ancestor, ast.With) and any(map(_suppresses, ancestor.items)):
            return True
        child = ancestor
    return False


def _forgives(caught: ast.expr | None) -> bool:
    if caught is None:
        return True
    names = caught.elts if isinstance(caught, ast.Tuple) else [caught]
    return any(_last(name) in _FORGIVING for name in names)


def _suppresses(item: ast.withitem) -> bool:
    call = item.context_expr
    if not isinstance(call, ast.Call) or _last(call.func) != "suppress":
        return False
    return any(_last(name) in _FORGIVING for name in call.args)


def _asks_for_it(test: ast.expr) -> bool:
    words = {"TYPE_CHECKING", "find_spec", "version_info", "platform"}
    return any(_last(node) in words for node in ast.walk(test) if isinstance(node, ast.expr))


def _last(node: ast.expr) -> str:
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""
