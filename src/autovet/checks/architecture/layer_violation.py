"""An inner layer imports from an outer one.

Finds imports that the project's import-linter contracts or documents forbid; imports of web frameworks, of
database or network libraries and of outer packages in modules of the domain; and imports of the
web layer in services, repositories and models. The inner code can then neither be
used nor tested without the outer machinery, and a change of framework reaches the rules.

Let the inner layer raise its own errors and define what it needs as a Protocol; translate and
implement it in the outer layer.

Leave it when the folder's name misleads and the project has no such layers.
"""

import ast
from collections.abc import Iterator

from autovet.checks.example import Example
from autovet.checks.vocabulary.import_contracts import broken_contract
from autovet.checks.vocabulary.stated_boundaries import Boundary, names, stated_boundaries
from autovet.domain.category import Category
from autovet.domain.finding import Finding
from autovet.domain.rule import Rule
from autovet.domain.severity import Severity
from autovet.project.import_graph import is_type_checking
from autovet.project.project import Project
from autovet.source.module import Module
from autovet.source.scopes import absolute_module

RULE = Rule("layer-violation", Category.ARCHITECTURE, confidence=0.85)

_STATED = {
    "docs/layers.md": "The package `zoo.rules` must not import `zoo.screens`.\n",
    "zoo/screens/show.py": "def show(x): ...\n",
}

BAD = (
    Example(
        """
from flask import request  # <--

class Tickets:
    def sell(self):
        return request.form["visitor"]
""",
        path="zoo/services/tickets.py",
        files={"zoo/web.py": "from flask import Flask\n"},
    ),
    Example(
        """
from zoo.screens.show import show  # <--

def rule(animal):
    show(animal)
""",
        path="zoo/rules/feeding.py",
        files=_STATED,
    ),
    Example(
        """
from flask import abort  # <--

def discount(percent):
    if percent > 50:
        abort(400)
    return percent / 100
""",
        path="zoo/domain/tickets.py",
        files={"zoo/web/app.py": "from flask import Flask\n"},
    ),
    Example(
        """
from zoo.infrastructure.mail import send  # <--

def welcome(keeper):
    send(keeper.email, "Welcome")
""",
        path="zoo/domain/keepers.py",
        files={"zoo/infrastructure/mail.py": "def send(to, text): ...\n"},
    ),
    Example(
        """
from zoo.screens import show  # <--

def count(cages):
    show(len(cages))
""",
        path="zoo/counting.py",
        files={"zoo/screens.py": "def show(x): ...\n"},
        context={
            "pyproject": """
[tool.importlinter]
root_package = "zoo"

[[tool.importlinter.contracts]]
name = "screens above counting"
type = "layers"
layers = ["zoo.screens", "zoo.counting"]
"""
        },
    ),
)

GOOD = (
    Example(
        """
from zoo.screens.show import show

def tour(animal):
    show(animal)
""",
        path="zoo/tours/morning.py",
        files=_STATED,
    ),
    Example(
        """
from dataclasses import dataclass
from zoo.domain.errors import TooMuchError

@dataclass
class Discount:
    percent: int

def check(discount):
    if discount.percent > 50:
        raise TooMuchError
""",
        path="zoo/domain/tickets.py",
        files={"zoo/domain/errors.py": "class TooMuchError(Exception): ...\n"},
    ),
    Example(
        """
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from zoo.infrastructure.mail import Mailer

def welcome(mailer: "Mailer"):
    mailer.send("Welcome")
""",
        path="zoo/domain/keepers.py",
        files={"zoo/infrastructure/mail.py": "class Mailer: ...\n"},
    ),
    Example(
        """
from fastapi import APIRouter
from zoo.domain.tickets import discount

router = APIRouter()
""",
        path="zoo/web/tickets.py",
        files={"zoo/domain/tickets.py": "def discount(): ...\n"},
    ),
)

_INNERMOST = frozenset({"domain", "entities", "domain_model"})
_INNER = frozenset({"services", "service", "usecases", "use_cases", "application", "repositories", "repository", "models"})  # fmt: skip
_OUTERMOST = frozenset({"web", "api", "routes", "routers", "views", "controllers", "handlers", "endpoints", "presentation", "ui", "cli", "interfaces"})  # fmt: skip
_OUTER = frozenset({"infrastructure", "infra", "adapters", "persistence"})
_WEB = frozenset({"fastapi", "flask", "starlette", "django", "aiohttp", "sanic", "quart", "rest_framework", "litestar", "bottle", "tornado", "streamlit", "click", "typer"})  # fmt: skip
_WEB_ONLY = _WEB - {"click", "typer", "django", "aiohttp"}
# what makes sense only while a request is answered
_REQUEST_BOUND = frozenset({"HTTPException", "Request", "request", "abort", "jsonify", "g", "session", "JSONResponse", "HTMLResponse", "RedirectResponse", "redirect", "render_template", "make_response", "flash"})  # fmt: skip
_MACHINERY = frozenset({"sqlalchemy", "sqlite3", "psycopg", "psycopg2", "pymysql", "asyncpg", "pymongo", "requests", "httpx", "boto3", "redis", "smtplib", "pika", "celery"})  # fmt: skip


def check(module: Module, project: Project) -> Iterator[Finding]:
    """Report imports that point outwards."""
    if module.is_test:
        return
    boundaries = [
        b
        for b in (stated_boundaries(project) if project.known else ())
        if names(b.importer, module.name) and not names(b.target, module.name)
    ]
    for statement in sorted(_imports(module), key=lambda s: s.lineno):
        if not _only_for_types(statement, module):
            yield from _judge(statement, boundaries, module, project)


def _judge(
    statement: ast.Import | ast.ImportFrom,
    boundaries: list[Boundary],
    module: Module,
    project: Project,
) -> Iterator[Finding]:
    targets = _targets(statement, module)
    declared = _declared(targets, boundaries, module, project)
    if declared is not None:
        target, contract = declared
        yield module.finding(
            RULE,
            statement,
            f"{contract!r} of the project forbids {module.name} to import {target}",
            evidence={"target": target, "contract": contract, "declared": True},
            confidence=0.97,
        )
        return
    layer = _layer(module)
    if layer is None or not project.known:
        return
    found = _outward(targets, layer, module, project)
    if found is None:
        return
    target, what, sure = found
    yield module.finding(
        RULE,
        statement,
        f"the {layer} layer imports {target}, which belongs to {what}; let the outer layer depend on "
        "the inner one, not the other way round",
        evidence={"layer": layer, "target": target, "declared": False},
        severity=None if sure else Severity.INFO,
        confidence=None if sure else 0.6,
    )


def _targets(statement: ast.Import | ast.ImportFrom, module: Module) -> list[str]:
    if isinstance(statement, ast.Import):
        return [alias.name for alias in statement.names]
    base = absolute_module(statement, module.package)
    return [f"{base}.{alias.name}" if base else alias.name for alias in statement.names]


def _layer(module: Module) -> str | None:
    folders = [*module.path.split("/")[:-1], module.path.rpartition("/")[2].removesuffix(".py")]
    if _OUTERMOST & set(folders) or _OUTER & set(folders):
        return None
    return next((f for f in folders if f in _INNERMOST or f in _INNER), None)


def _outward(
    targets: list[str], layer: str, module: Module, project: Project
) -> tuple[str, str, bool] | None:
    for target in targets:
        parts = target.split(".")
        own = parts[0] in project.top_level
        if own:
            known = [p for p in parts[:-1] if p not in module.name.split(".")]
            if target in project.by_name and parts[-1] not in module.name.split("."):
                known.append(parts[-1])
            if layer in _INNERMOST and (_OUTER | _OUTERMOST) & set(known):
                return target, "an outer layer", True
            if layer in _INNER and _OUTERMOST & set(known):
                return target, "the web layer", True
        elif layer in _INNERMOST and parts[0] in _WEB:
            return target, "a web framework", True
        elif layer in _INNERMOST and parts[0] in _MACHINERY and _has_outer_layer(project):
            return target, "the infrastructure", True
        elif layer in _INNER and layer != "models" and parts[0] in _WEB_ONLY:
            sure = parts[-1] in _REQUEST_BOUND or _peers_abstain(layer, module, project)
            return target, "a web framework", sure
    return None


def _has_outer_layer(project: Project) -> bool:
    return any(_OUTER & set(path.split("/")[:-1]) for path in project.texts)


def _peers_abstain(layer: str, module: Module, project: Project) -> bool:
    """Whether at least two other modules of the layer do without any web framework."""
    peers = [m for m in project.others() if _layer(m) == layer and m.package == module.package]
    peers = [m for m in peers if not m.path.endswith("__init__.py")]
    imported = (
        target.partition(".")[0]
        for peer in peers
        for statement in _imports(peer)
        for target in _targets(statement, peer)
    )
    return len(peers) >= 2 and not _WEB_ONLY & set(imported)


def _imports(module: Module) -> list[ast.Import | ast.ImportFrom]:
    return [*module.nodes(ast.Import), *module.nodes(ast.ImportFrom)]


def _declared(
    targets: list[str], boundaries: list[Boundary], module: Module, project: Project
) -> tuple[str, str] | None:
    for target in targets:
        contract = broken_contract(module.name, target, project)
        if contract is not None:
            return target, contract
    for boundary in boundaries:
        for target in targets:
            if names(boundary.target, target):
                return target, boundary.source
    return None


def _only_for_types(statement: ast.stmt, module: Module) -> bool:
    return any(
        isinstance(a, ast.If) and is_type_checking(a.test) for a in module.ancestors(statement)
    )
