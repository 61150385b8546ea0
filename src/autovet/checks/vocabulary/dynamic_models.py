"""Libraries whose classes get their attributes at run time, where no type checker sees them."""

from collections.abc import Iterable

from autovet.project.import_graph import imported_modules, runtime_imports
from autovet.project.project import Project
from autovet.source.imports import imports_of
from autovet.source.module import Module

LIBRARIES = frozenset({"django", "mongoengine", "peewee", "pony", "odoo", "tortoise"})


def has_dynamic_models(module: Module, project: Project) -> bool:
    """Whether the module, or a module of the project that it imports, uses such a library."""
    if _uses(imports_of(module)):
        return True
    known = project.by_name if project.known else {}
    siblings = {
        name for node in runtime_imports(module) for name in imported_modules(node, module, known)
    }
    return any(_uses(imports_of(known[name])) for name in siblings)


def _uses(imports: Iterable[tuple[str, object, object]]) -> bool:
    return any(name.partition(".")[0] in LIBRARIES for name, *_ in imports)
