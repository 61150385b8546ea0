"""An import that a fix needs, written where imports stand."""

import ast

from autovet.domain.fix import Edit
from autovet.domain.span import Span
from autovet.source.module import Module


def added_import(name: str, module: Module) -> tuple[str, tuple[Edit, ...]]:
    """The local name of a top-level module, and the edit that imports it if nothing does."""
    imports = module.scopes.module.imports
    known = next((local for local, target in imports.items() if target == name), None)
    if known is not None:
        return known, ()
    line = _first_line(module)
    return name, (Edit(Span(line, 1, line, 1), f"import {name}\n"),)


def _first_line(module: Module) -> int:
    """The line of the first statement behind docstring and ``__future__``."""
    for statement in module.tree.body:
        is_doc = isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)
        is_future = isinstance(statement, ast.ImportFrom) and statement.module == "__future__"
        if not is_doc and not is_future:
            decorators: list[ast.expr] = getattr(statement, "decorator_list", [])
            return min([statement.lineno, *(d.lineno for d in decorators)])
    return 1
