"""A route without a version in a project whose other routes all carry one.

Finds routers and routes whose path has no version segment (``/v1``) although all comparable routes
of the project's other modules have one. Clients, gateways and documents expect the version; once
the route is used without it, an incompatible change has nowhere to go.

Put the same version prefix before the path as the neighbours do.

Leave it for routes that are not part of the public interface: health, metrics, documentation.
"""

import ast
import re
from collections.abc import Iterator

from autovet.checks.example import Example
from autovet.checks.vocabulary.expressions import last_name
from autovet.checks.vocabulary.web_handlers import Route, handlers, router_prefix
from autovet.domain.category import Category
from autovet.domain.finding import Finding
from autovet.domain.rule import Rule
from autovet.project.project import Project
from autovet.source.module import Module

RULE = Rule("unversioned-route", Category.INTEGRATION, confidence=0.8)

_SIBLING = """
from fastapi import APIRouter

router = APIRouter(prefix="/v2/{0}")

@router.get("/")
def list_{0}() -> list[str]:
    return []

@router.get("/{{number}}")
def get_{0}(number: int) -> str:
    return ""
"""

BAD = (
    """
from fastapi import APIRouter, FastAPI

animals = APIRouter()
keepers = APIRouter()
cages = APIRouter()
app = FastAPI()
app.include_router(animals, prefix="/v1")
app.include_router(keepers, prefix="/v1")
app.include_router(cages)  # <--
""",
    """
from django.urls import path
from zoo import views

urlpatterns = [
    path("api/v1/animals/", views.animals),
    path("api/v1/keepers/", views.keepers),
    path("api/cages/", views.cages),  # <--
    path("health/", views.health),
]
""",
    Example(
        """
from fastapi import APIRouter

router = APIRouter(prefix="/cages", tags=["cages"])  # <--

@router.get("/")
def list_cages() -> list[str]:
    return []
""",
        path="zoo/cages.py",
        files={
            "zoo/animals.py": _SIBLING.format("animals"),
            "zoo/visits.py": _SIBLING.format("visits"),
        },
    ),
    """
from flask import Flask

app = Flask(__name__)

@app.get("/v1/animals")
def animals():
    return []

@app.get("/v1/keepers")
def keepers():
    return []

@app.get("/cages")  # <--
def cages():
    return []
""",
)

GOOD = (
    """
from fastapi import APIRouter, FastAPI
from zoo import health

animals = APIRouter()
keepers = APIRouter()
cages = APIRouter(prefix="/v1/cages")
app = FastAPI()
app.include_router(animals, prefix="/v1")
app.include_router(keepers, prefix="/v1")
app.include_router(cages)
app.include_router(health.router)
""",
    Example(
        """
from fastapi import APIRouter

router = APIRouter(prefix="/v2/cages")

@router.get("/")
def list_cages() -> list[str]:
    return []
""",
        path="zoo/cages.py",
        files={"zoo/animals.py": _SIBLING.format("animals")},
    ),
    """
from flask import Flask

app = Flask(__name__)

@app.get("/v1/animals")
def animals():
    return []

@app.get("/v1/keepers")
def keepers():
    return []

@app.get("/health")
def health():
    return "fine"
""",
    """
from flask import Flask

app = Flask(__name__)

@app.get("/animals")
def animals():
    return []
""",
)

_VERSION = re.compile(r"(^|/)v\d+([./]|$)")
_INTERNAL = re.compile(
    r"^/?$|/(health|healthz|ready|readyz|live|livez|liveness|readiness|status|ping|metrics|version"
    r"|docs|redoc|openapi|static|favicon|robots|admin|login|logout|oauth|\.well-known|internal|webhooks?)"
)
_ENOUGH = 2
_MOUNTING = frozenset({"include_router", "register_blueprint"})
_ADDING = frozenset({"add_get", "add_post", "add_put", "add_delete", "add_patch", "add_route", "add_url_rule", "add_api_route", "Route", "path", "re_path"})  # fmt: skip


def check(module: Module, project: Project) -> Iterator[Finding]:
    """Report public routes that break the project's habit of versions."""
    if module.is_test:
        return
    yield from _mounted(module, project)
    own = [(f, r) for f, routes in handlers(module) for r in routes if _is_public(r)]
    bare = [(f, r) for f, r in own if not _VERSION.search(r.path)]
    if not bare:
        return
    others = [
        route
        for other in project.others()
        if not other.is_test and _declares_routes(other)
        for _, routes in handlers(other)
        for route in routes
        if _is_public(route)
    ]
    judged = others or [r for _, r in own]
    versioned = [r for r in judged if _VERSION.search(r.path)]
    if len(versioned) < _ENOUGH or (others and len(versioned) < len(others)):
        return
    if not others and len(bare) * 2 > len(versioned):
        return
    example = versioned[0].path
    reported: set[ast.AST] = set()
    for _, route in bare:
        place = _place(route, module)
        if place in reported:
            continue
        reported.add(place)
        yield module.finding(
            RULE,
            place,
            f"{route.path or '/'} carries no version although the project's other routes do, such as "
            f"{example}; add the version prefix",
            evidence={"path": route.path, "others": sorted({r.path for r in versioned})[:5]},
        )


def _declares_routes(module: Module) -> bool:
    return "@" in module.text


def _is_public(route: Route) -> bool:
    return route.framework != "django" and not _INTERNAL.search(route.path)


def _place(route: Route, module: Module) -> ast.AST:
    """The router when it was given a prefix, else the route itself."""
    decorator = route.decorator
    if isinstance(decorator, ast.Call) and isinstance(decorator.func, ast.Attribute):
        router = decorator.func.value
        if router_prefix(router, module):
            return module.assigned(router) or decorator
    return decorator


def _mounted(module: Module, project: Project) -> Iterator[Finding]:
    """Routers that are included, and paths that are added by a call, without the version of their siblings."""
    groups: dict[str, list[tuple[ast.Call, str]]] = {}
    for call in module.nodes(ast.Call):
        name = last_name(call.func)
        if name in _MOUNTING:
            given = next(
                (k.value for k in call.keywords if k.arg in {"prefix", "url_prefix"}), None
            )
            text = _constant(given, module) if given is not None else ""
            own = _own_prefix(call.args[0], module, project) if call.args else ""
            if text is not None and isinstance(call.func, ast.Attribute) and call.args:
                label = last_name(call.args[0]) or ast.unparse(call.args[0])
                if isinstance(call.args[0], ast.Attribute):
                    label = ast.unparse(call.args[0])
                groups.setdefault(f"{name} {ast.unparse(call.func.value)}", []).append(
                    (call, f"{text}{own} /{label.replace('_', '/').replace('.', '/')}")
                )
        elif name in _ADDING:
            position = 1 if name == "add_route" and _named_method(call) else 0
            text = _constant(call.args[position], module) if len(call.args) > position else None
            if text is not None and (text.startswith("/") or name in {"path", "re_path"}):
                groups.setdefault(name, []).append((call, f"/{text.lstrip('/^')}"))
    for members in groups.values():
        versioned = [path for _, path in members if _VERSION.search(path.partition(" ")[0])]
        bare = [
            (c, p)
            for c, p in members
            if not _VERSION.search(p.partition(" ")[0]) and not _INTERNAL.search(p.replace(" ", ""))
        ]
        if len(versioned) < _ENOUGH or not bare or len(bare) * 2 > len(versioned):
            continue
        for call, path in bare:
            yield module.finding(
                RULE,
                call,
                f"{path.partition(' ')[0] or 'this router'} carries no version although the others do, such as "
                f"{versioned[0].partition(' ')[0]}; add the version prefix",
                evidence={"path": path.partition(" ")[0], "others": versioned[:5]},
            )


def _own_prefix(router: ast.expr, module: Module, project: Project) -> str:
    """The prefix that a router was made with, here or in the module of the project that it comes from."""
    home, _, name = (module.qualified(router) or "").rpartition(".")
    place = project.by_name.get(home)
    if place is None:
        return router_prefix(router, module)
    for node in place.nodes(ast.Assign):
        if last_name(node.targets[0]) == name and isinstance(node.value, ast.Call):
            for keyword in node.value.keywords:
                if keyword.arg in {"prefix", "url_prefix"}:
                    return _constant(keyword.value, place) or ""
    return ""


def _named_method(call: ast.Call) -> bool:
    """``add_route("GET", path, handler)``, as aiohttp has it."""
    first = call.args[0] if call.args else None
    return (
        isinstance(first, ast.Constant) and isinstance(first.value, str) and first.value.isupper()
    )


def _constant(node: ast.expr, module: Module) -> str | None:
    """The text of a path, as far as it is literal; None for what is computed."""
    value = module.assigned(node) or node
    return value.value if isinstance(value, ast.Constant) and isinstance(value.value, str) else None
