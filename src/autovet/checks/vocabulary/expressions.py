"""Small questions about expressions."""

import ast


def names_in(node: ast.AST) -> frozenset[str]:
    """The plain names that occur in a piece of syntax."""
    return frozenset(n.id for n in ast.walk(node) if isinstance(n, ast.Name))


def path_of(node: ast.AST) -> str:
    """``a`` or ``self.a.b`` for a name or a chain of attributes; empty for anything else."""
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    if not isinstance(node, ast.Name):
        return ""
    return ".".join([node.id, *reversed(parts)])


def last_name(node: ast.AST) -> str:
    """The last part of a name or a chain of attributes; empty for anything else."""
    return node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")
