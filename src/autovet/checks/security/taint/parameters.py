"""What the parameters of a function stand for: fields of a request, or values of its callers."""

import ast
import re
from typing import TYPE_CHECKING

from autovet.checks.security.taint.classes import type_name as class_type
from autovet.checks.security.taint.declared_fields import lets_only_harmless_through
from autovet.checks.security.taint.models import Listener
from autovet.checks.security.taint.patterns import is_strict
from autovet.checks.security.taint.values import (
    ANY,
    CLEAN,
    UNTRUSTED,
    Callee,
    Origin,
    Step,
    Taint,
    Value,
)
from autovet.checks.vocabulary.web_handlers import Route
from autovet.source.scopes import FunctionNode

if TYPE_CHECKING:
    from autovet.checks.security.taint.analysis import ModuleAnalysis

_CLEAN_TYPES = frozenset({
    "builtins.int", "builtins.float", "builtins.bool", "builtins.complex", "uuid.UUID", "datetime.date", "datetime.datetime", "datetime.time",
    "datetime.timedelta", "decimal.Decimal", "typing.Literal", "typing_extensions.Literal", "enum.Enum", "ipaddress.IPv4Address", "ipaddress.IPv6Address",
    "pydantic.UUID4", "pydantic.EmailStr", "pydantic.PositiveInt", "fractions.Fraction", "numbers.Number",
})  # fmt: skip
_REQUESTS = frozenset({"Request", "HttpRequest", "WebSocket", "HTTPConnection", "ASGIRequest"})
# what a program sends, not what it is sent; and classes of the module's own
_CLIENT_REQUESTS = ("urllib.", "httpx.", "requests.", "httpcore.", "scrapy.", ".")
_PROVIDED = ("session", "db", "conn", "repo", "service", "client", "user", "settings", "tasks", "config", "response", "dep", "engine", "cache", "logger", "auth", "principal")  # fmt: skip
_SEQUENCES = frozenset({"builtins.list", "builtins.set", "builtins.tuple", "typing.List", "typing.Sequence", "collections.abc.Sequence"})  # fmt: skip
_BODY_FRAMEWORKS = frozenset({"fastapi"})


def parameters_of(function: FunctionNode, analysis: "ModuleAnalysis") -> dict[str, Value]:
    """The value of every parameter of a function."""
    module = analysis.module
    routes = analysis.entrances.routes(function)
    arguments = function.args
    plain = [*arguments.posonlyargs, *arguments.args]
    padding: list[ast.expr | None] = [None] * (len(plain) - len(arguments.defaults))
    defaults = [*padding, *arguments.defaults, *arguments.kw_defaults]
    values: dict[str, Value] = {}
    heard = analysis.entrances.heard_by(function) if analysis.models.listeners else None
    is_bound = bool(plain) and plain[0].arg == "self"
    for position, (argument, default) in enumerate(zip([*plain, *arguments.kwonlyargs], defaults, strict=True)):  # fmt: skip
        name = argument.arg
        owner = module.parent(function)
        if position == 0 and isinstance(owner, ast.ClassDef) and name in {"self", "cls"}:
            values[name] = Value(type=class_type(Callee(owner, analysis)))
        elif position == 0 and name in {"self", "cls"}:
            values[name] = CLEAN  # of a method that stands by itself
        else:
            values[name] = _value(argument, default, function, routes, analysis)
            if heard is not None:
                values[name] = _heard(
                    argument, position - is_bound, heard, values[name], function, analysis
                )
    for extra in (arguments.vararg, arguments.kwarg):
        if extra is not None:
            values[extra.arg] = Value(
                (_taint(extra, function, "parameter", analysis),), record=True
            )
    return values


def _heard(
    argument: ast.arg,
    position: int,
    heard: Listener,
    known: Value,
    function: FunctionNode,
    analysis: "ModuleAnalysis",
) -> Value:
    """The value of a parameter of a function that is run for every message."""
    kind = heard.types.get(str(position))
    if kind is not None:
        return Value(type=kind)
    last = len(function.args.posonlyargs) + len(function.args.args) - 1
    is_last = argument is (*function.args.posonlyargs, *function.args.args)[last]
    if position not in heard.untrusted and not (-1 in heard.untrusted and is_last):
        return known
    return Value((_taint(argument, function, "request", analysis),), text=UNTRUSTED, record=True)


def _taint(argument: ast.arg, function: FunctionNode, kind: str, analysis: "ModuleAnalysis") -> Taint:  # fmt: skip
    what = f"parameter {argument.arg} of {function.name}()"
    ident = f"{analysis.module.name}:{function.name}:{function.lineno}:{argument.arg}"
    return Taint(
        (ident,),
        Origin(kind, what, argument.lineno, home=analysis.module.path),
        step=Step(argument, None, analysis.module.path),
    )


def _value(
    argument: ast.arg,
    default: ast.expr | None,
    function: FunctionNode,
    routes: list[Route],
    analysis: "ModuleAnalysis",
) -> Value:
    annotation = _bare(argument.annotation, analysis)
    type_name = _type_name(annotation, analysis)
    short = type_name.rpartition(".")[2]
    of_a_server = short in _REQUESTS and not type_name.startswith(_CLIENT_REQUESTS)
    if of_a_server or (argument.arg == "request" and argument.annotation is None):
        return Value((Taint(("request",), Origin("request", "request", argument.lineno, home=analysis.module.path)),), type="request", record=True)  # fmt: skip
    if annotation is not None and is_clean_type(annotation, analysis):
        return CLEAN
    if routes and (_is_restricted(argument, default, routes)):
        return CLEAN
    provider = _provider(argument.annotation, default, analysis)
    if provider is not None:
        function_given = analysis.module.definition(provider.args[0]) if provider.args else None
        if isinstance(function_given, (ast.FunctionDef, ast.AsyncFunctionDef)):
            summary = analysis.summary(function_given)
            result = summary.result if summary is not None else CLEAN
            return result._replace(type=result.type or type_name)
        return Value(type=type_name)
    kind = "parameter"
    if analysis.entrances.is_django_view(function):
        if analysis.program.is_typed_in_urls(argument.arg):
            return CLEAN
        taint = _taint(argument, function, "request", analysis)
        origin = taint.origin._replace(assumed=True)
        return Value((taint._replace(origin=origin),), text=UNTRUSTED, type=type_name)
    if routes and _from_request(argument, annotation, routes):
        kind = "request"
    elif routes and type_name:
        return Value(type=type_name)
    taint = _taint(argument, function, kind, analysis)
    member = _member_type(annotation, type_name, analysis)
    if member:
        return Value(items={ANY: Value((taint,), type=member, record=True)})
    text = UNTRUSTED if type_name in {"", "builtins.str"} else None
    return Value((taint,), text=text, type=type_name, record=type_name != "builtins.str")


def _is_restricted(argument: ast.arg, default: ast.expr | None, routes: list[Route]) -> bool:
    """Whether the route or the declaration of a parameter lets only harmless text through."""
    if lets_only_harmless_through(default) or lets_only_harmless_through(argument.annotation):
        return True
    typed = re.compile(
        rf"<(?:int|float|uuid|any\([^)]*\)):{argument.arg}>|{{{argument.arg}:(?:int|float|uuid)}}"
    )
    return all(typed.search(r.path) for r in routes)


def restricted_parts(routes: list[Route]) -> frozenset[str]:
    """The parts of an address that the pattern of the route restricts, as in ``{name:[a-z]+}``."""
    parts = [
        (n, p) for r in routes for n, p in re.findall(r"\{(\w+):((?:[^{}]|\{[\d,]+\})+)\}", r.path)
    ]
    return frozenset(n for n, p in parts if p in {"int", "float", "uuid"} or (p not in {"path", "str"} and is_strict(p, True)))  # fmt: skip


def _member_type(annotation: ast.expr | None, type_name: str, analysis: "ModuleAnalysis") -> str:
    """Of a list of objects of the project, the type of these."""
    if type_name not in _SEQUENCES or not isinstance(annotation, ast.Subscript):
        return ""
    inside = _type_name(_bare(annotation.slice, analysis), analysis)
    return inside if inside.startswith(".") else ""


def _from_request(argument: ast.arg, annotation: ast.expr | None, routes: list[Route]) -> bool:
    for route in routes:
        if route.framework in _BODY_FRAMEWORKS or (not route.framework and "<" not in route.path and annotation is not None):  # fmt: skip
            return not argument.arg.lower().endswith(_PROVIDED) or f"{{{argument.arg}" in route.path
        if f"<{argument.arg}>" in route.path or any(f"<{c}:{argument.arg}>" in route.path for c in ("string", "path", "str", "any")):  # fmt: skip
            return True
    return False


def _provider(
    annotation: ast.expr | None, default: ast.expr | None, analysis: "ModuleAnalysis"
) -> ast.Call | None:
    """The ``Depends(...)`` that a parameter's value comes from."""
    given = [default] if default is not None else []
    if isinstance(annotation, ast.Name):
        annotation = analysis.module.assigned(annotation) or annotation
    if isinstance(annotation, ast.Subscript) and isinstance(annotation.slice, ast.Tuple):
        given += annotation.slice.elts[1:]
    for call in given:
        if isinstance(call, ast.Call):
            name = analysis.name_of(call.func) or ""
            if name.rpartition(".")[2] in {"Depends", "Security"}:
                return call
    return None


def _bare(annotation: ast.expr | None, analysis: "ModuleAnalysis") -> ast.expr | None:
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


def _type_name(annotation: ast.expr | None, analysis: "ModuleAnalysis") -> str:
    node = annotation.value if isinstance(annotation, ast.Subscript) else annotation
    if node is None:
        return ""
    if isinstance(node, ast.Name) and analysis.class_named(node.id) is not None:
        return class_type(Callee(analysis.class_named(node.id), analysis))
    if isinstance(node, (ast.Name, ast.Attribute)):
        name = analysis.name_of(node) or ""
        found = analysis.imported(name) if name else None
        owner = next((c for c in found.callees if isinstance(c.node, ast.ClassDef)), None) if found else None  # fmt: skip
        return class_type(owner) if owner is not None else name
    return ""


def is_clean_type(annotation: ast.expr, analysis: "ModuleAnalysis") -> bool:
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
    if owner := analysis.program.class_named(name):
        bases = owner.node.bases if isinstance(owner.node, ast.ClassDef) else []
        return any(ast.unparse(b).rpartition(".")[2] in {"Enum", "StrEnum", "IntEnum"} for b in bases)  # fmt: skip
    return name in _CLEAN_TYPES
