"""Classes of the project: found by their dotted name, with their methods."""

import ast

from autovet.project.project import Project
from autovet.source.module import Module
from autovet.source.scopes import FunctionNode

_INTERFACES = frozenset({"typing.Protocol", "typing_extensions.Protocol", "abc.ABC"})


def class_named(
    qualified: str | None, module: Module, project: Project
) -> tuple[ast.ClassDef, Module] | None:
    """The class that a dotted name stands for, with its module; one re-export is followed."""
    for _ in range(3):
        if qualified is None:
            return None
        home, _, name = qualified.rpartition(".")
        place = module if home == module.name else project.by_name.get(home)
        if place is None:
            return None
        for node in place.tree.body:
            if isinstance(node, ast.ClassDef) and node.name == name:
                return node, place
        qualified = place.scopes.module.imports.get(name)
    return None


def class_of_expression(
    node: ast.expr, module: Module, project: Project
) -> tuple[ast.ClassDef, Module] | None:
    """The project's class that an expression (a base, an annotation) names."""
    definition = module.definition(node)
    if isinstance(definition, ast.ClassDef):
        return definition, module
    return class_named(module.qualified(node), module, project)


def methods_of(owner: ast.ClassDef) -> dict[str, FunctionNode]:
    """The methods that a class defines itself, by name."""
    return {
        node.name: node
        for node in owner.body
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))
    }


def is_interface(owner: ast.ClassDef, module: Module) -> bool:
    """Whether a class is a Protocol or an abstract base class."""
    bases = [b.value if isinstance(b, ast.Subscript) else b for b in owner.bases]
    if any(module.qualified(b) in _INTERFACES for b in bases):
        return True
    return any(
        k.arg == "metaclass" and module.qualified(k.value) == "abc.ABCMeta" for k in owner.keywords
    )
