"""Small questions about expressions."""

import ast

from autovet.checks.syntax.reference import reference


def names_in(node: ast.AST) -> frozenset[str]:
    """The plain names that occur in a piece of syntax."""
    return frozenset(n.id for n in ast.walk(node) if isinstance(n, ast.Name))


def mentions(node: ast.AST, name: str) -> bool:
    """Whether a plain name occurs anywhere in a piece of syntax."""
    return any(isinstance(n, ast.Name) and n.id == name for n in ast.walk(node))


def path_of(node: ast.AST) -> str:
    """``a`` or ``self.a.b`` for a name or a chain of attributes; empty for anything else."""
    return reference(node) or ""


def last_name(node: ast.AST) -> str:
    """The last part of a name or a chain of attributes; empty for anything else."""
    return node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")
