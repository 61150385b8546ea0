"""A route that the previous version served is gone.

Compares the routes of the code with those of ``context.previous``, by method and path with the
parameters' names left aside. Clients that call the old route get 404 or 405 from the moment of
deployment on.

Keep the old route beside the new one, mark it deprecated, and remove it with the next version of
the interface.

Leave it when nobody outside can have used it yet.
"""

import ast
import re
from collections.abc import Iterator

from autovet.checks.example import Example
from autovet.checks.vocabulary.previous_version import previous_version
from autovet.checks.vocabulary.web_handlers import Route, handlers
from autovet.domain.category import Category
from autovet.domain.finding import Finding
from autovet.domain.rule import Rule
from autovet.project.project import Project
from autovet.source.module import Module
from autovet.source.scopes import FunctionNode

RULE = Rule("removed-endpoint", Category.INTEGRATION, confidence=0.9)

_BEFORE = """
from fastapi import APIRouter

router = APIRouter(prefix="/v1/animals")

@router.get("/{number}")
def animal(number: int) -> str:
    return "elephant"

@router.delete("/{number}")
def remove(number: int) -> None:
    pass
"""

BAD = (
    Example(
        """
from fastapi import APIRouter

router = APIRouter(prefix="/v1/animals")

@router.get("/one/{number}")  # <--
def animal(number: int) -> str:
    return "elephant"

@router.delete("/{number}")
def remove(number: int) -> None:
    pass
""",
        context={"previous": _BEFORE},
    ),
    Example(
        """
from fastapi import APIRouter

router = APIRouter(prefix="/v1/animals")

@router.get("/{number}")
def animal(number: int) -> str:  # <--
    return "elephant"
""",
        context={"previous": _BEFORE},
    ),
)

GOOD = (
    Example(
        """
from fastapi import APIRouter

router = APIRouter(prefix="/v1/animals")

@router.get("/{animal_id}")
def one_animal(animal_id: int) -> str:
    return "elephant"

@router.delete("/{number}")
def remove(number: int) -> None:
    pass

@router.get("/")
def all_animals() -> list[str]:
    return []
""",
        context={"previous": _BEFORE},
    ),
    _BEFORE,
)


def check(module: Module, project: Project) -> Iterator[Finding]:
    """Report routes of the previous version that no function serves any more."""
    before = previous_version(module, project)
    if before is None:
        return
    now = handlers(module)
    served = {key for _, routes in now for r in routes for key in _keys(r)}
    reported = set()
    for function, routes in handlers(before):
        for route in routes:
            missing = [key for key in _keys(route) if key not in served and key not in reported]
            for method, path in missing:
                reported.add((method, path))
                yield module.finding(
                    RULE,
                    _place(function, now, before, module),
                    f"{method} {route.path} of the previous version is gone, so existing clients get an "
                    "error; keep it beside the new route",
                    evidence={"method": method, "path": path, "handler": function.name},
                )


def _keys(route: Route) -> Iterator[tuple[str, str]]:
    if route.path and route.framework != "django":
        path = re.sub(r"\{[^}]*\}|<[^>]*>", "{}", route.path).rstrip("/") or "/"
        yield from ((method, path) for method in route.methods)


def _place(
    gone: FunctionNode,
    now: list[tuple[FunctionNode, list[Route]]],
    before: Module,
    module: Module,
) -> ast.AST:
    """The route of the function of the same name, when it was only moved; else its nearest old neighbour."""
    served = {function.name: function for function, _ in now}
    for function, routes in now:
        if function.name == gone.name:
            return routes[0].decorator
    old = [function for function, _ in handlers(before)]
    place = old.index(gone)
    for neighbour in [*reversed(old[:place]), *old[place + 1 :]]:
        if neighbour.name in served:
            return served[neighbour.name]
    return module.tree.body[0]
