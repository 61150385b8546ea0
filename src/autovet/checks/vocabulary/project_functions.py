"""Calls into other modules of the project: which function or method of theirs runs."""

import ast

from autovet.checks.vocabulary.project_classes import class_named, methods_of
from autovet.checks.vocabulary.value_types import type_of
from autovet.project.project import Project
from autovet.source.module import Module
from autovet.source.scopes import FunctionNode


def project_function(
    call: ast.Call, module: Module, project: Project
) -> tuple[FunctionNode, Module] | None:
    """The function of another module that a call runs, with its module; None when unknown."""
    if not project.known:
        return None
    name = module.qualified(call.func)
    if name is not None:
        home, _, function = name.rpartition(".")
        place = project.by_name.get(home)
        for node in place.tree.body if place else ():
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and node.name == function:
                return (node, place) if place else None
        return None
    if not isinstance(call.func, ast.Attribute):
        return None
    found = class_named(type_of(call.func.value, module), module, project)
    if found is None or found[1] is module:
        return None
    method = methods_of(found[0]).get(call.func.attr)
    return (method, found[1]) if method is not None else None
