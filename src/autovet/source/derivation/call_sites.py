"""Calls with plain values that the module itself makes."""

import ast
from collections.abc import Iterator

from autovet.source.derivation.signatures import Signature
from autovet.source.module import Module

_MOST = 5


def literal_calls(signature: Signature, module: Module) -> Iterator[tuple[int, str]]:
    """The line and text of each call of the function all of whose arguments are literals.

    A call in a ``try``, under ``raises`` or in a test may be meant to fail.
    """
    found = 0
    for call in module.nodes(ast.Call):
        if not isinstance(call.func, ast.Name) or call.func.id != signature.name:
            continue
        if module.definition(call.func) is not signature.function:
            continue
        values = [*call.args, *(k.value for k in call.keywords)]
        if any(k.arg is None for k in call.keywords) or not all(map(_is_literal, values)):
            continue
        if any(isinstance(a, (ast.Try, ast.With)) for a in module.ancestors(call) if not _opens(a)):
            continue
        around = module.function_of(call)
        if around is not None and around.name.startswith("test"):
            continue
        yield call.lineno, ast.unparse(call)
        found += 1
        if found >= _MOST:
            return


def _opens(node: ast.AST) -> bool:
    """Whether it is a ``with`` that only opens a file."""
    return isinstance(node, ast.With) and all(
        isinstance(item.context_expr, ast.Call)
        and isinstance(item.context_expr.func, ast.Name)
        and item.context_expr.func.id == "open"
        for item in node.items
    )


def _is_literal(node: ast.expr) -> bool:
    try:
        ast.literal_eval(node)
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        return False
    return True
