"""Plain names and attribute chains, as the text that both sides of a comparison can share."""

import ast


def reference(node: ast.AST | None) -> str | None:
    """``a`` or ``a.b.c`` for a plain name or an attribute chain; None for anything computed."""
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    if not isinstance(node, ast.Name):
        return None
    return ".".join([node.id, *reversed(parts)])
