"""The modules that a file imports."""

import ast
from collections.abc import Iterator

from autovet.source.module import Module


def imports_of(module: Module) -> Iterator[tuple[str, ast.alias, ast.Import | ast.ImportFrom]]:
    """Yield every absolutely imported module with the alias and statement that name it."""
    for node in module.nodes(ast.Import):
        for alias in node.names:
            yield alias.name, alias, node
    for statement in module.nodes(ast.ImportFrom):
        if not statement.level and statement.module:
            yield statement.module, statement.names[0], statement
