"""A name that belongs to one function alone, and everything done with it."""

import ast
from dataclasses import dataclass

from autovet.source.module import Module


@dataclass(frozen=True, slots=True)
class LocalName:
    """A variable that one statement binds.

    Attributes:
        made: the statement that binds it.
        value: what it is bound to.
        annotation: its annotation, where it has one.
        uses: every place in the function that reads it, in source order.
    """

    made: ast.Assign | ast.AnnAssign
    value: ast.expr
    annotation: ast.expr | None
    uses: tuple[ast.Name, ...]


def local_name(node: ast.expr, module: Module) -> LocalName | None:
    """The variable that a plain name stands for; None unless one function owns it wholly."""
    function = module.function_of(node)
    value = module.assigned(node)
    if not isinstance(node, ast.Name) or function is None or value is None:
        return None
    made = module.statement_of(value)
    scope = module.scopes.of(node).lookup(node.id)
    if not isinstance(made, (ast.Assign, ast.AnnAssign)) or made.value is not value:
        return None
    if scope is None or scope.node is not function or node.id in scope.outer:
        return None
    if isinstance(made, ast.Assign) and len(made.targets) != 1:
        return None
    names = [
        n
        for n in module.nodes(ast.Name)
        if n.id == node.id and module.scopes.of(n).lookup(n.id) is scope
    ]
    uses = tuple(n for n in names if isinstance(n.ctx, ast.Load))
    if any(module.function_of(n) is not function for n in uses) or len(names) != len(uses) + 1:
        return None
    annotation = made.annotation if isinstance(made, ast.AnnAssign) else None
    return LocalName(made, value, annotation, uses)


def method_called(use: ast.Name, module: Module) -> tuple[str, ast.Call] | None:
    """The method called on a name where it stands, and the call."""
    attribute = module.parent(use)
    if not isinstance(attribute, ast.Attribute) or attribute.value is not use:
        return None
    call = module.parent(attribute)
    if not isinstance(call, ast.Call) or call.func is not attribute:
        return None
    return attribute.attr, call
