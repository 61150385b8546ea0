"""Calls that stay inside the module: which function of it runs."""

import ast

from autovet.checks.vocabulary.value_types import owner_class
from autovet.source.module import Module
from autovet.source.scopes import FunctionNode


def called_function(call: ast.Call, module: Module) -> FunctionNode | None:
    """The function or method of this module that a call runs; None when there is no one such."""
    if isinstance(call.func, ast.Name):
        definition = module.definition(call.func)
        return None if isinstance(definition, ast.ClassDef) else definition
    if not isinstance(call.func, ast.Attribute):
        return None
    owner = owner_class(call.func, module)
    if owner is None:
        return None
    name = call.func.attr
    found = [
        node
        for node in owner.body
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and node.name == name
    ]
    return found[0] if len(found) == 1 else None


def own_calls(function: FunctionNode) -> list[ast.Call]:
    """The calls in the body of a function itself, not in functions and lambdas inside it."""
    found = []
    stack: list[ast.AST] = list(reversed(function.body))
    while stack:
        node = stack.pop()
        if isinstance(node, ast.Call):
            found.append(node)
        if not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)):
            stack += reversed(list(ast.iter_child_nodes(node)))
    return found
