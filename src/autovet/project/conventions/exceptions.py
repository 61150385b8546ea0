"""The exceptions that a project defines itself, and how it raises."""

import ast
import builtins

from autovet.project.conventions.convention import is_vendored
from autovet.project.project import Project
from autovet.source.module import Module
from autovet.source.remembered import by_module

_BUILT_IN = frozenset(
    name
    for name, value in vars(builtins).items()
    if isinstance(value, type) and issubclass(value, BaseException)
)
_ENDINGS = ("Error", "Exception", "Warning")


def own_exceptions(modules: list[Module]) -> frozenset[str]:
    """The names of all exception classes that some modules define, however deep they derive."""
    bases: dict[str, tuple[str, ...]] = {}
    for module in modules:
        bases.update(_classes(module))
    found = {
        name
        for name, parents in bases.items()
        if any(p in _BUILT_IN or p.endswith(_ENDINGS) for p in parents)
    }
    growing = True
    while growing:
        more = {
            n for n, parents in bases.items() if n not in found and not found.isdisjoint(parents)
        }
        found |= more
        growing = bool(more)
    return frozenset(found)


def project_exceptions(project: Project) -> frozenset[str]:
    """The names of the exception classes of the project's other modules, tests left out."""
    return own_exceptions(
        [m for m in project.others() if not m.is_test and not is_vendored(m.path)]
    )


@by_module
def raised_names(module: Module) -> tuple[tuple[str, ast.Raise], ...]:
    """The last name of what each ``raise`` in a function raises, with the statement."""
    found = []
    for node in module.nodes(ast.Raise):
        raised = node.exc.func if isinstance(node.exc, ast.Call) else node.exc
        name = getattr(raised, "attr", getattr(raised, "id", ""))
        if name[:1].isupper() and module.function_of(node) is not None:
            found.append((name, node))
    return tuple(found)


@by_module
def _classes(module: Module) -> dict[str, tuple[str, ...]]:
    return {
        node.name: tuple(getattr(b, "attr", getattr(b, "id", "")) for b in node.bases)
        for node in module.nodes(ast.ClassDef)
        if node.bases
    }
