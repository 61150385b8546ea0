"""Which class the value of an expression is an instance of, as far as one module shows it.

Follows assignments, ``with`` targets, parameter annotations, attributes of ``self``, return
annotations and the calls that are known to build something. What is ambiguous has no type.
"""

import ast
from collections.abc import Iterator
from itertools import islice

from autovet.checks.vocabulary.annotations import annotated_type
from autovet.checks.vocabulary.known_types import BUILDERS, METHODS, SAME
from autovet.source.module import Module
from autovet.source.scopes import FunctionNode

_DEPTH = 6
_BINDINGS = 4  # a name bound more often than this has no type worth the search

_CURSOR_METHODS = frozenset({"cursor", "execute", "executemany"})
_WRAPPERS = frozenset({"contextlib.closing", "contextlib.aclosing", "contextlib.nullcontext"})
_ENTERING = frozenset({"enter_context", "enter_async_context"})


def type_of(expression: ast.expr, module: Module, depth: int = _DEPTH) -> str | None:
    """The dotted name of the class of an expression's value; None when it cannot be told.

    Classes of the module itself are called ``<module name>.<class name>``.
    """
    if depth < _DEPTH:
        return _type_of(expression, module, depth)
    key = ("type_of", expression)
    if key not in module.memo:
        module.memo[key] = _type_of(expression, module, depth)
    known: str | None = module.memo[key]
    return known


def _type_of(expression: ast.expr, module: Module, depth: int) -> str | None:
    if depth <= 0:
        return None
    match expression:
        case ast.Name():
            return _type_of_name(expression, module, depth)
        case ast.Attribute():
            return _type_of_attribute(expression, module, depth)
        case ast.Call():
            return _type_of_call(expression, module, depth)
        case ast.Await(value=value) | ast.NamedExpr(value=value):
            return type_of(value, module, depth - 1)
        case ast.BoolOp(values=values):
            return _agreed(type_of(v, module, depth - 1) for v in values)
        case ast.IfExp(body=body, orelse=orelse):
            return _agreed(type_of(v, module, depth - 1) for v in (body, orelse))
        case ast.List() | ast.ListComp():
            return "builtins.list"
        case ast.Set() | ast.SetComp():
            return "builtins.set"
        case ast.Dict() | ast.DictComp():
            return "builtins.dict"
        case ast.JoinedStr():
            return "builtins.str"
        case ast.Constant(value=str() | bytes() | int() | float() as value):
            return f"builtins.{type(value).__name__}"
    return None


def _type_of_name(name: ast.Name, module: Module, depth: int) -> str | None:
    scope = module.scopes.of(name).lookup(name.id)
    if scope is None or name.id in scope.imports or len(scope.bindings[name.id]) > _BINDINGS:
        return None
    return _agreed(_type_of_binding(b, module, depth - 1) for b in scope.bindings[name.id])


def _type_of_binding(target: ast.AST, module: Module, depth: int) -> str | None:
    if isinstance(target, ast.arg):
        return annotated_type(target.annotation, module)
    parent = module.parent(target)
    match parent:
        case ast.Assign(value=value) if target in parent.targets:
            return type_of(value, module, depth)
        case ast.AnnAssign(annotation=annotation, value=value) if target is parent.target:
            named = annotated_type(annotation, module)
            return named or (type_of(value, module, depth) if value else None)
        case ast.withitem(context_expr=value) | ast.NamedExpr(value=value):
            return type_of(value, module, depth)
    return "" if isinstance(target, ast.Global) else None


def _type_of_attribute(attribute: ast.Attribute, module: Module, depth: int) -> str | None:
    owner = owner_class(attribute, module, depth - 1)
    if owner is not None:
        types = _attribute_types(owner, attribute.attr, module, depth - 2)
        return _agreed(islice(types, _BINDINGS))
    if attribute.attr == "session" and isinstance(attribute.value, ast.Name):
        holder = type_of(attribute.value, module, depth - 1)
        if holder and holder.endswith(".SQLAlchemy"):
            return "sqlalchemy.orm.Session"
    return None


def owner_class(
    attribute: ast.Attribute, module: Module, depth: int = _DEPTH
) -> ast.ClassDef | None:
    """The class of this module whose instance has the attribute looked up on it."""
    value = attribute.value
    if isinstance(value, ast.Name):
        function = module.function_of(attribute)
        while function is not None:
            parent = module.parent(function)
            first = next(iter([*function.args.posonlyargs, *function.args.args]), None)
            if isinstance(parent, ast.ClassDef) and first and first.arg == value.id:
                return parent
            function = module.function_of(function)
    kind = type_of(value, module, depth)
    if kind is None or not kind.startswith(f"{module.name}."):
        return None
    name = kind.removeprefix(f"{module.name}.")
    found = [n for n in module.tree.body if isinstance(n, ast.ClassDef) and n.name == name]
    return found[0] if len(found) == 1 else None


def _attribute_types(
    owner: ast.ClassDef, name: str, module: Module, depth: int
) -> Iterator[str | None]:
    for node in _attribute_bindings(owner, module).get(name, ()):
        match node:
            case ast.AnnAssign(annotation=annotation):
                yield annotated_type(annotation, module)
            case ast.Assign(value=value):
                yield type_of(value, module, depth)
            case ast.FunctionDef(returns=returns):
                yield annotated_type(returns, module)


def _attribute_bindings(owner: ast.ClassDef, module: Module) -> dict[str, list[ast.AST]]:
    """Attribute name to what gives it a type: fields, ``self.x = ...``, methods with a result."""
    key = ("attributes", owner)
    if key not in module.memo:
        found: dict[str, list[ast.AST]] = {}
        for node in ast.walk(owner):
            match node:
                case ast.AnnAssign(target=ast.Name(id=name) | ast.Attribute(attr=name)):
                    found.setdefault(name, []).append(node)
                case ast.Assign(targets=[ast.Attribute(attr=name, value=ast.Name(id="self"))]):
                    found.setdefault(name, []).append(node)
                case ast.FunctionDef(name=name) if node.returns is not None:
                    found.setdefault(name, []).append(node)
        module.memo[key] = found
    known: dict[str, list[ast.AST]] = module.memo[key]
    return known


def _type_of_call(call: ast.Call, module: Module, depth: int) -> str | None:
    name = module.qualified(call.func)
    if name in _WRAPPERS and call.args:
        return type_of(call.args[0], module, depth - 1)
    if name in BUILDERS:
        return BUILDERS[name]
    if name is not None and name.rpartition(".")[2][:1].isupper():
        return SAME.get(name, name)
    if name is not None and name.startswith("builtins."):
        return name
    if isinstance(call.func, ast.Name):
        definition = module.definition(call.func)
        if isinstance(definition, ast.ClassDef):
            return f"{module.name}.{definition.name}"
        if definition is not None:
            return _returned_type(definition, module, depth - 1)
        kind = type_of(call.func, module, depth - 1) if name is None else None
        return METHODS.get((kind, "")) if kind else None
    if isinstance(call.func, ast.Attribute):
        return _type_of_method_call(call, call.func, module, depth)
    return None


def _type_of_method_call(
    call: ast.Call, func: ast.Attribute, module: Module, depth: int
) -> str | None:
    if func.attr in _ENTERING and call.args:
        return type_of(call.args[0], module, depth - 1)
    owner = owner_class(func, module, depth - 1)
    if owner is not None:
        methods = [
            n
            for n in owner.body
            if isinstance(n, (ast.FunctionDef, ast.AsyncFunctionDef)) and n.name == func.attr
        ]
        if len(methods) == 1:
            return _returned_type(methods[0], module, depth - 1)
    kind = type_of(func.value, module, depth - 1)
    if kind is None:
        return None
    if func.attr in _CURSOR_METHODS and kind.endswith(("Connection", "Cursor")):
        library = kind.rpartition(".")[0]
        return None if library.startswith(("sqlalchemy", "asyncpg")) else f"{library}.Cursor"
    if func.attr == "__enter__":
        return kind
    return METHODS.get((kind, func.attr))


def _returned_type(function: FunctionNode, module: Module, depth: int) -> str | None:
    if function.returns is not None:
        kind = annotated_type(function.returns, module)
        if kind is not None and kind.rpartition(".")[2] in {
            "Iterator",
            "Generator",
            "AsyncIterator",
        }:
            inner = function.returns.slice if isinstance(function.returns, ast.Subscript) else None
            first = inner.elts[0] if isinstance(inner, ast.Tuple) else inner
            return annotated_type(first, module)
        return kind
    returns = [
        node.value
        for node in ast.walk(function)
        if isinstance(node, ast.Return) and module.function_of(node) is function and node.value
    ]
    return _agreed(type_of(value, module, depth) for value in returns)


def _agreed(types: Iterator[str | None]) -> str | None:
    """The one type that all known ones agree on; ``None`` values do not speak against it."""
    known = {kind for kind in types if kind}
    return known.pop() if len(known) == 1 else None
