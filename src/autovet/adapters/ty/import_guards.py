"""Which imports the code itself expects to fail."""

import ast
from collections.abc import Iterator

_EXPECTED = frozenset({"ImportError", "ModuleNotFoundError"})
_PROBES = frozenset({"find_spec", "TYPE_CHECKING"})


def guarded_lines(text: str) -> frozenset[int]:
    """The lines on which an import may fail without harm.

    An import is guarded inside ``try`` with a handler for ImportError (or in that handler, which
    is the fallback), inside ``with suppress(ImportError)``, and below a condition on
    ``find_spec``, ``TYPE_CHECKING`` or ``sys.version_info``.
    """
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return frozenset()
    lines: set[int] = set()
    for node in ast.walk(tree):
        for statement in _guarded_statements(node):
            lines.update(range(statement.lineno, (statement.end_lineno or statement.lineno) + 1))
    return frozenset(lines)


def _guarded_statements(node: ast.AST) -> Iterator[ast.stmt]:
    if isinstance(node, ast.Try):
        handlers = [handler for handler in node.handlers if _catches_import_error(handler)]
        if handlers:
            yield from node.body
            for handler in handlers:
                yield from handler.body
    elif isinstance(node, ast.With):
        if any(_suppresses_import_error(item.context_expr) for item in node.items):
            yield from node.body
    elif isinstance(node, ast.If) and _is_probe(node.test):
        yield from node.body
        yield from node.orelse


def _catches_import_error(handler: ast.ExceptHandler) -> bool:
    caught = handler.type
    members = caught.elts if isinstance(caught, ast.Tuple) else [caught]
    return any(member is not None and _last_name(member) in _EXPECTED for member in members)


def _suppresses_import_error(expression: ast.expr) -> bool:
    return (
        isinstance(expression, ast.Call)
        and _last_name(expression.func) == "suppress"
        and any(_last_name(argument) in _EXPECTED for argument in expression.args)
    )


def _is_probe(test: ast.expr) -> bool:
    names = {_last_name(node) for node in ast.walk(test)}
    return bool(names & _PROBES) or "version_info" in names


def _last_name(node: ast.AST) -> str:
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""
