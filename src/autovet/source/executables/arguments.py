"""Arguments as documentation names them, and the calls that they make."""

import ast
import re

from autovet.source.executables.expressions import fits, parse_expression
from autovet.source.scopes import FunctionNode

_KINDS: dict[str, type | tuple[type, ...]] = {
    "int": int,
    "float": (int, float),
    "str": str,
    "bool": bool,
    "list": list,
    "tuple": tuple,
    "dict": dict,
    "set": set,
    "bytes": bytes,
}


def first_value(text: str) -> tuple[ast.expr, str] | None:
    """The longest literal that a text begins with, and what follows it."""
    ends = [m.start() for m in re.finditer(r"\s|[,;.:](?=\s|$)|$", text)]
    for end in reversed(ends):
        node = parse_expression(text[:end]) if text[:end].strip() else None
        if node is not None and is_literal(node) and not isinstance(node, ast.Tuple):
            return node, text[end:]
        if isinstance(node, ast.Tuple) and text.lstrip().startswith("(") and is_literal(node):
            return node, text[end:]
    return None


def is_of_kind(annotation: ast.expr | None, value: ast.expr | None) -> bool | None:
    """Whether a literal is what a plain annotation says; None where that says nothing plain."""
    name = annotation.value if isinstance(annotation, ast.Subscript) else annotation
    kind = _KINDS.get(name.id.lower()) if isinstance(name, ast.Name) else None
    if kind is None or value is None or not is_literal(value):
        return None
    return isinstance(ast.literal_eval(value), kind)


def is_literal(node: ast.expr) -> bool:
    """Whether it is a plain value."""
    try:
        ast.literal_eval(node)
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        return isinstance(node, ast.Call) and ast.unparse(node) == "set()"
    return True


def call_of(arguments: str, function: FunctionNode) -> ast.Call | None:
    """A call of the function with these arguments, where they fit its parameters."""
    node = parse_expression(f"{function.name}({arguments.strip().rstrip(',')})")
    if not isinstance(node, ast.Call) or (node.args and node.keywords):
        return None
    return fitted(node, function)


def fitted(node: ast.Call, function: FunctionNode) -> ast.Call | None:
    """The call under the parameters' own names.

    Names count regardless of case; the only argument of a function of one parameter may have any.
    """
    parameters = [a.arg for a in [*function.args.posonlyargs, *function.args.args]]
    by_lower = {p.lower(): p for p in parameters}
    if len(parameters) == len(node.keywords) == 1:
        node = ast.Call(node.func, [node.keywords[0].value], [])
    for keyword in node.keywords:
        keyword.arg = by_lower.get((keyword.arg or "").lower(), keyword.arg)
    if not (node.args or node.keywords) or not fits(function, node):
        return None
    return node
