"""Of which class a value evidently is: from its construction, an annotation, a known maker."""

import ast

from autovet.checks.vocabulary.library_history import library_history
from autovet.checks.vocabulary.value_types import type_of
from autovet.source.module import Module

_WRAPPERS = {"typing.Optional", "typing.Annotated", "typing.Final", "typing.ClassVar"}
_LITERALS: dict[type, str] = {str: "builtins.str", bytes: "builtins.bytes", int: "builtins.int"}
_DEPTH = 6


def evident_class(value: ast.expr, module: Module) -> str | None:
    """The qualified name of the class of ``value``; None when nothing shows it."""
    return _class_of(value, module, frozenset(), _DEPTH)


def _class_of(value: ast.expr, module: Module, seen: frozenset[str], depth: int) -> str | None:
    if depth == 0:
        return None
    match value:
        case ast.Name():
            return _class_of_name(value, module, seen, depth)
        case ast.Constant(value=constant):
            return _LITERALS.get(type(constant))
        case ast.JoinedStr():
            return "builtins.str"
        case ast.Dict() | ast.DictComp():
            return "builtins.dict"
        case ast.Subscript(value=frame, slice=ast.Constant(value=str())):
            whole = _class_of(frame, module, seen, depth - 1)
            return library_history().columns.get(whole or "")
        case ast.Attribute():
            return type_of(value, module)
        case ast.NamedExpr(value=inner) | ast.Await(value=inner):
            return _class_of(inner, module, seen, depth - 1)
        case ast.Call():
            return _class_of_call(value, module, seen, depth)
    return None


def _class_of_call(call: ast.Call, module: Module, seen: frozenset[str], depth: int) -> str | None:
    history = library_history()
    name = module.qualified(call.func)
    if name is not None:
        if name in history.makes:
            return history.makes[name]
        last = name.rpartition(".")[2]
        return _canonical(name) if last[:1].isupper() and "." in name else None
    definition = module.definition(call.func)
    if isinstance(definition, (ast.FunctionDef, ast.AsyncFunctionDef)):
        return annotated_class(definition.returns, module)
    if isinstance(call.func, ast.Attribute):
        receiver = _class_of(call.func.value, module, seen, depth - 1)
        if receiver and call.func.attr in history.keeps.get(receiver, ()):
            return receiver
    return None


def _class_of_name(name: ast.Name, module: Module, seen: frozenset[str], depth: int) -> str | None:
    """One class for all its bindings; those that derive from the name itself do not count."""
    scope = module.scopes.of(name).lookup(name.id)
    if scope is None or name.id in seen or name.id in scope.imports:
        return None
    within = seen | {name.id}
    classes: set[str | None] = set()
    for binding in scope.bindings[name.id]:
        if isinstance(binding, ast.arg):
            classes.add(annotated_class(binding.annotation, module))
            continue
        parent = module.parent(binding)
        if isinstance(parent, ast.AnnAssign) and parent.target is binding:
            classes.add(annotated_class(parent.annotation, module))
            continue
        given = _bound_value(binding, parent)
        if given is None or not _derives_from(given, name.id):
            classes.add(None if given is None else _class_of(given, module, within, depth - 1))
    return classes.pop() if len(classes) == 1 else None


def _bound_value(binding: ast.AST, parent: ast.AST | None) -> ast.expr | None:
    if isinstance(parent, ast.Assign) and binding in parent.targets:
        return parent.value
    if isinstance(parent, ast.NamedExpr):
        return parent.value
    if isinstance(parent, ast.withitem) and parent.optional_vars is binding:
        return parent.context_expr
    return None


def _derives_from(value: ast.expr, name: str) -> bool:
    """Whether it is a method call on the name itself, as in ``frame = frame.append(row)``."""
    while isinstance(value, ast.Call) and isinstance(value.func, ast.Attribute):
        value = value.func.value
        if isinstance(value, ast.Name):
            return value.id == name
    return False


def annotated_class(annotation: ast.expr | None, module: Module) -> str | None:
    """The class that an annotation names, ``X | None`` and ``Optional[X]`` included."""
    match annotation:
        case ast.Constant(value=str(text)):
            try:
                return annotated_class(ast.parse(text, mode="eval").body, module)
            except (SyntaxError, ValueError):
                return None
        case ast.BinOp(left=left, op=ast.BitOr(), right=ast.Constant(value=None)):
            return annotated_class(left, module)
        case ast.Subscript(value=base, slice=inner):
            if module.qualified(base) in _WRAPPERS:
                first = inner.elts[0] if isinstance(inner, ast.Tuple) else inner
                return annotated_class(first, module)
            return annotated_class(base, module)
        case ast.Name() | ast.Attribute():
            name = module.qualified(annotation)
            return None if name is None else _canonical(name)
    return None


def _canonical(name: str) -> str:
    return library_history().makes.get(name, name)
