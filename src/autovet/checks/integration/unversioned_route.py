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


def check(module: Module, project: Project) -> Iterator[Finding]:
    """Report public routes that break the project's habit of versions."""
    if module.is_test:
        return
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
