"""What the parameters of a function stand for: fields of a request, or values of its callers."""

import ast

from autovet.checks.security.taint.frame import Analysis
from autovet.checks.security.taint.values import CLEAN, UNTRUSTED, Origin, Step, Taint, Value
from autovet.checks.vocabulary.web_handlers import Route, routes_of
from autovet.source.scopes import FunctionNode

_CLEAN_TYPES = frozenset({
    "builtins.int", "builtins.float", "builtins.bool", "builtins.complex", "uuid.UUID", "datetime.date", "datetime.datetime", "datetime.time",
    "datetime.timedelta", "decimal.Decimal", "typing.Literal", "typing_extensions.Literal", "enum.Enum", "ipaddress.IPv4Address", "ipaddress.IPv6Address",
    "pydantic.UUID4", "pydantic.EmailStr", "pydantic.PositiveInt", "fractions.Fraction", "numbers.Number",
})  # fmt: skip
_REQUESTS = frozenset({"Request", "HttpRequest", "WebSocket", "HTTPConnection", "ASGIRequest"})
# what a program sends, not what it is sent; and classes of the module's own
_CLIENT_REQUESTS = ("urllib.", "httpx.", "requests.", "httpcore.", "scrapy.", ".")
_PROVIDED = ("session", "db", "conn", "repo", "service", "client", "user", "settings", "tasks", "config", "response", "dep", "engine", "cache", "logger", "auth", "principal")  # fmt: skip
_BODY_FRAMEWORKS = frozenset({"fastapi"})


def parameters_of(function: FunctionNode, analysis: Analysis) -> dict[str, Value]:
    """The value of every parameter of a function."""
    module = analysis.module
    routes = routes_of(function, module) if function.decorator_list else []
    arguments = function.args
    plain = [*arguments.posonlyargs, *arguments.args]
    padding: list[ast.expr | None] = [None] * (len(plain) - len(arguments.defaults))
    defaults = [*padding, *arguments.defaults, *arguments.kw_defaults]
    values: dict[str, Value] = {}
    for position, (argument, default) in enumerate(zip([*plain, *arguments.kwonlyargs], defaults, strict=True)):  # fmt: skip
        name = argument.arg
        owner = module.parent(function)
        if position == 0 and isinstance(owner, ast.ClassDef) and name in {"self", "cls"}:
            values[name] = Value(type=f".{owner.name}")
        else:
            values[name] = _value(argument, default, function, routes, analysis)
    for extra in (arguments.vararg, arguments.kwarg):
        if extra is not None:
            values[extra.arg] = Value((_taint(extra, function, "parameter"),), record=True)
    return values


def _taint(argument: ast.arg, function: FunctionNode, kind: str) -> Taint:
    what = f"parameter {argument.arg} of {function.name}()"
    ident = f"{function.name}:{function.lineno}:{argument.arg}"
    return Taint((ident,), Origin(kind, what, argument.lineno), step=Step(argument, None))


def _value(
    argument: ast.arg,
    default: ast.expr | None,
    function: FunctionNode,
    routes: list[Route],
    analysis: Analysis,
) -> Value:
    annotation = _bare(argument.annotation, analysis)
    type_name = _type_name(annotation, analysis)
    short = type_name.rpartition(".")[2]
    of_a_server = short in _REQUESTS and not type_name.startswith(_CLIENT_REQUESTS)
    if of_a_server or (argument.arg == "request" and argument.annotation is None):
        return Value((Taint(("request",), Origin("request", "request", argument.lineno)),), type="request", record=True)  # fmt: skip
    if annotation is not None and is_clean_type(annotation, analysis):
        return CLEAN
    if _is_provided(argument.annotation, default, analysis):
        return Value(type=type_name)
    kind = "parameter"
    if routes and _from_request(argument, annotation, routes):
        kind = "request"
    elif routes and type_name:
        return Value(type=type_name)
    taint = _taint(argument, function, kind)
    text = UNTRUSTED if type_name in {"", "builtins.str"} else None
    return Value((taint,), text=text, type=type_name, record=type_name != "builtins.str")


def _from_request(argument: ast.arg, annotation: ast.expr | None, routes: list[Route]) -> bool:
    for route in routes:
        if route.framework in _BODY_FRAMEWORKS or (not route.framework and "<" not in route.path and annotation is not None):  # fmt: skip
            return not argument.arg.lower().endswith(_PROVIDED) or f"{{{argument.arg}" in route.path
        if f"<{argument.arg}>" in route.path or any(f"<{c}:{argument.arg}>" in route.path for c in ("string", "path", "str", "any")):  # fmt: skip
            return True
    return False


def _is_provided(annotation: ast.expr | None, default: ast.expr | None, analysis: Analysis) -> bool:
    given = [default] if default is not None else []
    if isinstance(annotation, ast.Name):
        annotation = analysis.module.assigned(annotation) or annotation
    if isinstance(annotation, ast.Subscript) and isinstance(annotation.slice, ast.Tuple):
        given += annotation.slice.elts[1:]
    names = {analysis.name_of(g.func) for g in given if isinstance(g, ast.Call)}
    return any(n and n.rpartition(".")[2] in {"Depends", "Security"} for n in names)


def _bare(annotation: ast.expr | None, analysis: Analysis) -> ast.expr | None:
    """The annotation without ``Annotated``, ``Optional`` and ``| None``."""
    for _ in range(6):
        match annotation:
            case ast.Constant(value=str(text)):
                try:
                    annotation = ast.parse(text, mode="eval").body
                except SyntaxError:
                    return None
            case ast.BinOp(op=ast.BitOr(), left=left, right=ast.Constant(value=None)):
                annotation = left
            case ast.Subscript(value=value, slice=inside):
                short = (ast.unparse(value)).rpartition(".")[2]
                if short == "Annotated" and isinstance(inside, ast.Tuple):
                    annotation = inside.elts[0]
                elif short in {"Optional", "Required", "Final", "Mapped"}:
                    annotation = inside
                else:
                    return annotation
            case ast.Name():
                alias = (
                    analysis.module.assigned(annotation)
                    if analysis.module.parent(annotation)
                    else None
                )
                if not isinstance(alias, ast.Subscript):
                    return annotation
                annotation = alias
            case _:
                return annotation
    return annotation


def _type_name(annotation: ast.expr | None, analysis: Analysis) -> str:
    node = annotation.value if isinstance(annotation, ast.Subscript) else annotation
    if node is None:
        return ""
    if isinstance(node, ast.Name) and analysis.class_named(node.id) is not None:
        return f".{node.id}"
    if isinstance(node, (ast.Name, ast.Attribute)):
        return analysis.name_of(node) or ""
    return ""


def is_clean_type(annotation: ast.expr, analysis: Analysis) -> bool:
    """Whether values of a type leave no room for harmful text."""
    bare = _bare(annotation, analysis)
    if isinstance(bare, ast.Tuple):
        return all(is_clean_type(e, analysis) for e in bare.elts)
    if isinstance(bare, ast.BinOp):
        return is_clean_type(bare.left, analysis) and is_clean_type(bare.right, analysis)
    if isinstance(bare, ast.Subscript):
        outer = _type_name(bare, analysis)
        if outer in {"builtins.list", "builtins.set", "builtins.tuple", "typing.List", "typing.Sequence", "collections.abc.Sequence"}:  # fmt: skip
            return is_clean_type(bare.slice, analysis)
        return outer in _CLEAN_TYPES
    name = _type_name(bare, analysis)
    if name.startswith(".") and (owner := analysis.class_named(name[1:])):
        return any(ast.unparse(b).rpartition(".")[2] in {"Enum", "StrEnum", "IntEnum"} for b in owner.bases)  # fmt: skip
    return name in _CLEAN_TYPES
