"""Which function of the module a piece of Python calls."""

import ast
from collections.abc import Collection

from autovet.source.parser import parse_expression

MAX_LENGTH = 10_000


def parse_call(text: str) -> ast.expr | None:
    """Parse an expression; None when it is none, or too long to be an example."""
    if len(text) > MAX_LENGTH:
        return None
    try:
        return parse_expression(text.strip())
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def called_function(text: str, functions: Collection[str]) -> str:
    """The qualified name of the function that an expression is about; empty when there is none.

    That is the outermost call of one of ``functions``, or of the only method of that name.
    """
    node = parse_call(text)
    for part in ast.walk(node) if node is not None else ():
        if isinstance(part, ast.Call) and (name := resolve(part.func, functions)):
            return name
    return ""


def resolve(callee: ast.expr, functions: Collection[str]) -> str:
    """The function among ``functions`` that a callee stands for, as far as its name tells."""
    if isinstance(callee, ast.Name):
        if callee.id in functions:
            return callee.id
        made = [f"{callee.id}.{name}" for name in ("__init__", "__post_init__")]
        return next((name for name in made if name in functions), "")
    if isinstance(callee, ast.Attribute):
        owner = callee.value.id if isinstance(callee.value, ast.Name) else ""
        if f"{owner}.{callee.attr}" in functions:
            return f"{owner}.{callee.attr}"
        methods = [f for f in functions if f.endswith(f".{callee.attr}")]
        return methods[0] if len(methods) == 1 else ""
    return ""
