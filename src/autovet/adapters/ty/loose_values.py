"""Values of which the code knows more than a type checker can follow."""

import ast
import re
from collections.abc import Iterator, Mapping

from autovet.adapters.lsp.diagnostic import Diagnostic
from autovet.adapters.ty.document_tree import DocumentTree

_ANY_TUPLE = "tuple[Any, ...]"  # as functions declare that return a named one
_NUMBERS = frozenset({"int", "float", "complex"})
# Their subclasses take what they like in `__new__`.
_OWN_CONSTRUCTORS = ("BaseExceptionGroup.__init__", "ExceptionGroup.__init__")
_UNBOUND = re.compile(r"of function `[^`]*\.[^`]*`$")
_Function = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda


def is_loose_value(told: Diagnostic, facts: Mapping[str, str], tree: DocumentTree | None) -> bool:
    """Whether ty's idea of a receiver is a guess.

    Named tuples that are declared as plain ones, results of calls on what a call gave, numbers
    that became something else by arithmetic, attributes that are stored with different values,
    variables that a function around binds again, parameters that a call replaces, and interfaces.
    """
    if facts.get("receiver") == _ANY_TUPLE:
        return True
    if facts.get("callee", "").startswith(_OWN_CONSTRUCTORS):
        return True
    if tree is None:
        return False
    if "attribute" in facts:
        node = tree.attribute_at(told.span)
        return node is not None and _is_loose_receiver(node.value, facts.get("receiver", ""), tree)
    if not {"argument", "parameter", "given"} & facts.keys():
        return False
    call = tree.call_at(told.span)
    if call is None:
        return False
    if isinstance(call.func, ast.Attribute):
        unbound = "parameter" in facts and _UNBOUND.search(told.statement) is not None
        owner = call.func.value
        own = isinstance(owner, ast.Name) and owner.id in {"self", "cls"}
        return unbound and (own or isinstance(owner, ast.Attribute))
    return not isinstance(call.func, ast.Name)


def _is_loose_receiver(value: ast.expr, receiver: str, tree: DocumentTree) -> bool:
    if isinstance(value, ast.BinOp):
        return receiver in _NUMBERS
    if isinstance(value, ast.Attribute):
        kinds = {_kind(stored) for stored in _stored(value.attr, tree)}
        return receiver == "None" or len(kinds) > 1
    if any(node.name == receiver and _is_protocol(node) for node in tree.classes):
        return True
    return isinstance(value, ast.Name) and (
        _is_bound_again_outside(value, tree) or _is_replaced(value.id, tree)
    )


def _is_protocol(node: ast.ClassDef) -> bool:
    return any(ast.unparse(base).partition("[")[0].endswith("Protocol") for base in node.bases)


def _is_replaced(name: str, tree: DocumentTree) -> bool:
    """Whether a parameter is bound again to what a call makes of it, which its type forbids."""
    for node in ast.walk(tree.tree):
        match node:
            case ast.Assign(targets=[ast.Name(id=target)], value=ast.Call(func=made) as call):
                given = any(isinstance(a, ast.Name) and a.id == name for a in call.args)
                if target == name and given and not _begins_with(made, name):
                    return True
            case _:
                pass
    return False


def _begins_with(node: ast.expr, name: str) -> bool:
    return any(isinstance(part, ast.Name) and part.id == name for part in ast.walk(node))


def _stored(name: str, tree: DocumentTree) -> Iterator[ast.expr]:
    """What the document stores under an attribute's name, in objects or in class bodies."""
    for node in ast.walk(tree.tree):
        if isinstance(node, ast.Assign):
            for target in node.targets:
                if isinstance(target, ast.Attribute) and target.attr == name:
                    yield node.value
        elif isinstance(node, ast.ClassDef):
            for statement in node.body:
                if isinstance(statement, ast.Assign) and any(
                    isinstance(t, ast.Name) and t.id == name for t in statement.targets
                ):
                    yield statement.value


def _kind(value: ast.expr) -> str:
    if isinstance(value, ast.Constant):
        return type(value.value).__name__
    return ast.unparse(value.func) if isinstance(value, ast.Call) else type(value).__name__


def _is_bound_again_outside(name: ast.Name, tree: DocumentTree) -> bool:
    around = [
        node
        for node in ast.walk(tree.tree)
        if isinstance(node, _Function)
        and node.lineno <= name.lineno <= (node.end_lineno or node.lineno)
        and any(inner is name for inner in ast.walk(node))
    ]
    around.sort(key=lambda node: (node.lineno, node.col_offset))
    if len(around) < 2 or _bindings(name.id, around[-1]):
        return False
    return any(_bindings(name.id, outer) > 1 for outer in around[:-1])


def _bindings(name: str, function: ast.AST) -> int:
    return sum(
        (isinstance(node, ast.arg) and node.arg == name)
        or (isinstance(node, ast.Name) and node.id == name and isinstance(node.ctx, ast.Store))
        for node in ast.walk(function)
    )
