"""Which functions answer web requests, and under which route."""

import ast
from dataclasses import dataclass

from autovet.checks.vocabulary.annotations import annotated_type
from autovet.checks.vocabulary.value_types import type_of
from autovet.source.module import Module
from autovet.source.scopes import FunctionNode

_VERBS = frozenset({"get", "post", "put", "patch", "delete", "head", "options"})
_ROUTERS = {
    "fastapi.FastAPI": "fastapi",
    "fastapi.APIRouter": "fastapi",
    "fastapi.routing.APIRouter": "fastapi",
    "flask.Flask": "flask",
    "flask.Blueprint": "flask",
    "quart.Quart": "quart",
    "quart.Blueprint": "quart",
    "starlette.applications.Starlette": "starlette",
    "aiohttp.web.RouteTableDef": "aiohttp",
    "sanic.Sanic": "sanic",
    "sanic.Blueprint": "sanic",
}
_ROUTER_NAMES = frozenset({"app", "router", "bp", "blueprint", "api", "routes", "application"})
_DJANGO_DECORATORS = frozenset({"require_GET", "require_POST", "require_http_methods", "csrf_exempt", "api_view", "login_required"})  # fmt: skip
_DJANGO_METHODS: dict[str, tuple[str, ...]] = {"require_GET": ("GET",), "require_POST": ("POST",)}


@dataclass(frozen=True, slots=True)
class Route:
    """One route of a handler.

    Attributes:
        methods: upper-case HTTP methods; empty when the route does not say.
        path: the path with the router's own prefix before it; empty when it is not literal.
        framework: ``fastapi``, ``flask``, ``django``...; empty when only the shape says so.
        decorator: where the route is declared.
        router: the name of the router that it is declared on; empty for none.
    """

    methods: tuple[str, ...]
    path: str
    framework: str
    decorator: ast.expr
    router: str = ""


def routes_of(function: FunctionNode, module: Module) -> list[Route]:
    """The routes that the decorators of a function declare, in order."""
    found = []
    for decorator in function.decorator_list:
        if isinstance(decorator, ast.Call) and isinstance(decorator.func, ast.Attribute):
            route = _declared_route(decorator, decorator.func, module)
        else:
            route = _django_route(decorator, module)
        if route is not None:
            found.append(route)
    if not found and _takes_django_request(function, module):
        found.append(Route((), "", "django", function.decorator_list[0] if function.decorator_list else function.args.args[0].annotation or ast.Constant(None)))  # fmt: skip
    return found


def is_handler(function: FunctionNode, module: Module) -> bool:
    """Whether a function answers web requests."""
    return bool(routes_of(function, module))


def handlers(module: Module) -> list[tuple[FunctionNode, list[Route]]]:
    """All functions of a module that answer web requests, with their routes."""
    found = ((f, routes_of(f, module)) for f in module.functions if f.decorator_list or f.args.args)
    return [(function, routes) for function, routes in found if routes]


def router_prefix(router: ast.expr, module: Module) -> str:
    """The path prefix that a router or blueprint was created with; empty when there is none."""
    created = module.assigned(router)
    if not isinstance(created, ast.Call):
        return ""
    for keyword in created.keywords:
        if keyword.arg in {"prefix", "url_prefix"}:
            return _literal(keyword.value, module)
    return ""


def _declared_route(call: ast.Call, func: ast.Attribute, module: Module) -> Route | None:
    if func.attr not in _VERBS and func.attr not in {"route", "api_route", "websocket"}:
        return None
    kind = type_of(func.value, module)
    framework = _ROUTERS.get(kind or "", "")
    name = (
        func.value.attr if isinstance(func.value, ast.Attribute) else getattr(func.value, "id", "")
    )
    if not framework and (kind is not None or not _names_router(name)):
        return None
    path = call.args[0] if call.args else next((k.value for k in call.keywords if k.arg in {"path", "rule"}), None)  # fmt: skip
    text = _literal(path, module) if path is not None else ""
    if not framework and not text.startswith("/"):
        return None
    if func.attr in _VERBS:
        methods: tuple[str, ...] = (func.attr.upper(),)
    elif func.attr == "websocket":
        methods = ("WEBSOCKET",)
    else:
        given = next((k.value for k in call.keywords if k.arg == "methods"), None)
        methods = _strings(given) or (("GET",) if given is None else ())
    return Route(methods, router_prefix(func.value, module) + text, framework, call, name)


def _names_router(name: str) -> bool:
    return name.lower() in _ROUTER_NAMES or name.lower().endswith(("_router", "_bp", "_blueprint"))


def _django_route(decorator: ast.expr, module: Module) -> Route | None:
    target = decorator.func if isinstance(decorator, ast.Call) else decorator
    name = module.qualified(target) or ""
    short = name.rpartition(".")[2]
    if short not in _DJANGO_DECORATORS or not name.startswith(("django.", "rest_framework.")):
        return None
    methods: tuple[str, ...] = _DJANGO_METHODS.get(short, ())
    if isinstance(decorator, ast.Call) and decorator.args:
        methods = _strings(decorator.args[0])
    return Route(methods, "", "django", decorator)


def _takes_django_request(function: FunctionNode, module: Module) -> bool:
    first = next(iter(function.args.args), None)
    if first is None or first.annotation is None or first.arg != "request":
        return False
    return annotated_type(first.annotation, module) in {
        "django.http.HttpRequest",
        "django.http.request.HttpRequest",
    }


def _strings(node: ast.expr | None) -> tuple[str, ...]:
    if not isinstance(node, (ast.List, ast.Tuple, ast.Set)):
        return ()
    values = [e.value for e in node.elts if isinstance(e, ast.Constant)]
    return tuple(v.upper() for v in values if isinstance(v, str))


def _literal(node: ast.expr, module: Module) -> str:
    if isinstance(node, ast.Name):
        node = module.assigned(node) or node
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    return ""
