"""Code that provides for a name's absence: version tests, ``try``, ``TYPE_CHECKING``."""

import ast

from autovet.source.module import Module

_CAUGHT = frozenset(
    {"ImportError", "ModuleNotFoundError", "AttributeError", "NameError", "TypeError"}
)
# around an import these show that its absence is meant; around other code they show nothing
_BROAD = _CAUGHT | {"Exception", "BaseException"}
_PROBES = {"hasattr", "find_spec", "getattr", "is_dataclass"}
_FLAGS = {"version_info", "TYPE_CHECKING", "PY2", "PY3", "implementation", "hexversion"}


def is_guarded(node: ast.AST, module: Module) -> bool:
    """Whether what stands at ``node`` may be missing without harm.

    That is so in a ``try`` (or ``contextlib.suppress``) for the exception that its absence raises,
    in the handler of such a ``try``, and below a test of the version, of ``TYPE_CHECKING`` or of
    the name's presence.
    """
    caught = _BROAD if isinstance(node, (ast.Import, ast.ImportFrom, ast.alias)) else _CAUGHT
    child = node
    for ancestor in module.ancestors(node):
        if isinstance(ancestor, ast.Try) and child not in ancestor.finalbody:
            if any(_catches(handler, caught) for handler in ancestor.handlers):
                return True
        elif isinstance(ancestor, ast.ExceptHandler):
            if _catches(ancestor, caught):
                return True
        elif isinstance(ancestor, (ast.With, ast.AsyncWith)):
            if _suppresses(ancestor, caught):
                return True
        elif isinstance(ancestor, (ast.If, ast.IfExp, ast.While)) and child is not ancestor.test:
            if asks_for_presence(ancestor.test):
                return True
        elif isinstance(ancestor, ast.BoolOp) and asks_for_presence(ancestor.values[0]):
            return True
        child = ancestor
    return False


def asks_for_presence(test: ast.expr) -> bool:
    """Whether a condition depends on the Python version, a type checker or a name's presence."""
    for part in ast.walk(test):
        name = part.attr if isinstance(part, ast.Attribute) else getattr(part, "id", None)
        if isinstance(part, (ast.Attribute, ast.Name)) and name is not None:
            if name in _FLAGS or name.upper().startswith(("HAS_", "HAVE_", "IS_PY", "PY3", "PY_")):
                return True
            if name in _PROBES:
                return True
    return False


def _catches(handler: ast.ExceptHandler, caught: frozenset[str]) -> bool:
    if handler.type is None:
        return "Exception" in caught
    kinds = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    return any(getattr(kind, "attr", getattr(kind, "id", "")) in caught for kind in kinds)


def _suppresses(statement: ast.With | ast.AsyncWith, caught: frozenset[str]) -> bool:
    for item in statement.items:
        call = item.context_expr
        if isinstance(call, ast.Call):
            name = getattr(call.func, "attr", getattr(call.func, "id", ""))
            arguments = [getattr(a, "attr", getattr(a, "id", "")) for a in call.args]
            if name in {"suppress", "raises"} and any(a in caught for a in arguments):
                return True
    return False
