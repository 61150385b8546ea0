"""Imports that a module holds for others: unused here, used from elsewhere in the project."""

import ast

from autovet.domain.span import Span
from autovet.project.project import Project
from autovet.source.module import Module
from autovet.source.scopes import absolute_module

_SHELF = 5  # a module from which others take that many imported names is there to hold them


def reexports_of(module: Module, project: Project) -> tuple[Span, ...]:
    """Return the places of imported names that nothing here reads but that are there for others."""
    unread = _unread_imports(module) if project.known else {}
    if not unread:
        return ()
    wanted: set[str] = set()
    for other in project.others():
        for node in other.nodes(ast.ImportFrom):
            if absolute_module(node, other.package) == module.name:
                wanted.update(alias.name for alias in node.names)
    everything = "*" in wanted
    everything = everything or len(wanted & unread.keys()) >= _SHELF
    return tuple(
        module.span(alias) for name, alias in unread.items() if everything or name in wanted
    )


def _unread_imports(module: Module) -> dict[str, ast.alias]:
    imported = {
        alias.asname or alias.name.partition(".")[0]: alias for alias in module.nodes(ast.alias)
    }
    read = {node.id for node in module.nodes(ast.Name) if isinstance(node.ctx, ast.Load)}
    return {name: alias for name, alias in imported.items() if name not in read}
