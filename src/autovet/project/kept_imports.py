"""Imports whose authors say themselves that nothing uses them here."""

import ast
import re

from autovet.domain.span import Span
from autovet.source.module import Module

_UNUSED_ON_PURPOSE = re.compile(r"\bnoqa:.*\bF401\b", re.IGNORECASE)


def kept_imports_of(module: Module) -> tuple[Span, ...]:
    """Return the import statements marked ``# noqa: F401``: such a remark weakens, never hides.

    A blanket ``# noqa`` says nothing about imports and is not looked at.
    """
    marked = {c.line for c in module.comments if _UNUSED_ON_PURPOSE.search(c.text)}
    if not marked:
        return ()
    return tuple(
        module.span(statement)
        for statement in module.nodes(ast.Import, ast.ImportFrom)
        if not marked.isdisjoint(
            range(statement.lineno, (statement.end_lineno or statement.lineno) + 1)
        )
    )
