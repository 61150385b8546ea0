"""A web handler queries the database itself where its neighbours go through repositories.

Finds route functions that send statements on a session, connection, cursor or manager, in a project
that has repository or service classes and whose other route functions leave the database to
them. The query is then in two places, the handler cannot be tested without a database, and rules
that the repository enforces are skipped.

Add what is missing to the repository or service and inject that into the handler.

Leave it when the project has not decided for such a layer.
"""

import ast
import re
from collections.abc import Iterator

from autovet.checks.example import Example
from autovet.checks.vocabulary.database_calls import database_call, sql_text
from autovet.checks.vocabulary.local_calls import own_calls
from autovet.checks.vocabulary.web_handlers import handlers
from autovet.domain.category import Category
from autovet.domain.finding import Finding
from autovet.domain.rule import Rule
from autovet.project.project import Project
from autovet.source.module import Module
from autovet.source.scopes import FunctionNode

RULE = Rule("handler-bypasses-repository", Category.ARCHITECTURE, confidence=0.8)

_REPOSITORY = """
class AnimalRepository:
    def __init__(self, session):
        self._session = session

    def find(self, number):
        return self._session.get(Animal, number)
"""
_NEIGHBOUR = """
from fastapi import APIRouter, Depends
from zoo.repositories import AnimalRepository

router = APIRouter()

@router.get("/animals/{number}")
def animal(number: int, animals: AnimalRepository = Depends()):
    return animals.find(number)
"""

BAD = (
    Example(
        """
from fastapi import APIRouter
from sqlalchemy import select
from zoo.tables import Animal

router = APIRouter()

@router.get("/animals")
def animals(session):
    return [a.name for a in session.scalars(select(Animal))]  # <--
""",
        path="zoo/api.py",
        files={
            "zoo/tables.py": "class Animal: ...\n",
            "zoo/animals.py": "from sqlalchemy import select\nfrom zoo.tables import Animal\n\nclass AnimalRepository:\n"
            "    def all(self):\n        return self.session.scalars(select(Animal))\n",
        },
    ),
    Example(
        """
from fastapi import APIRouter, Depends
from sqlalchemy import select
from sqlalchemy.orm import Session
from zoo.database import open_session

router = APIRouter()

@router.get("/cages/{number}")
def cage(number: int, session: Session = Depends(open_session)):
    return session.scalars(select(Cage).where(Cage.number == number)).one()  # <--
""",
        path="zoo/api/cages.py",
        files={"zoo/repositories.py": _REPOSITORY, "zoo/api/animals.py": _NEIGHBOUR},
    ),
    Example(
        """
from flask import Blueprint
from zoo.database import connect

bp = Blueprint("cages", __name__)

@bp.get("/cages")
def cages():
    rows = connect().execute("SELECT number FROM cages").fetchall()  # <--
    return [row[0] for row in rows]
""",
        path="zoo/api/cages.py",
        files={"zoo/repositories.py": _REPOSITORY, "zoo/api/animals.py": _NEIGHBOUR},
    ),
)

GOOD = (
    Example(
        """
from fastapi import APIRouter
from sqlalchemy import select
from zoo.tables import Cage

router = APIRouter()

@router.get("/cages")
def cages(session):
    return [c.name for c in session.scalars(select(Cage))]
""",
        path="zoo/api.py",
        files={
            "zoo/tables.py": "class Animal: ...\nclass Cage: ...\n",
            "zoo/animals.py": "from sqlalchemy import select\nfrom zoo.tables import Animal\n\nclass AnimalRepository:\n"
            "    def all(self):\n        return self.session.scalars(select(Animal))\n",
        },
    ),
    Example(
        """
from fastapi import APIRouter, Depends
from zoo.repositories import CageRepository

router = APIRouter()

@router.get("/cages/{number}")
def cage(number: int, cages: CageRepository = Depends()):
    return cages.get(number)
""",
        path="zoo/api/cages.py",
        files={"zoo/repositories.py": _REPOSITORY, "zoo/api/animals.py": _NEIGHBOUR},
    ),
    """
from fastapi import APIRouter, Depends
from sqlalchemy.orm import Session

router = APIRouter()

@router.get("/cages/{number}")
def cage(number: int, session: Session = Depends(open_session)):
    return session.get(Cage, number)
""",
)

_LAYER_NAMES = ("Repository", "Repo", "Service", "Store", "Gateway", "Dao", "DAO", "UseCase")
_TABLE = re.compile(r"\b(?:from|into|update|join)\s+(\w+)", re.IGNORECASE)
_LAYER_MODULES = frozenset({"repositories", "repository", "repos", "queries", "crud", "dao", "services", "store", "stores"})  # fmt: skip


def check(module: Module, project: Project) -> Iterator[Finding]:
    """Report handlers that query while the others of the project do not."""
    if module.is_test or not project.known or "@" not in module.text:
        return
    direct = {f: c for f, _ in handlers(module) if (c := _first_query(f, module)) is not None}
    if not direct:
        return
    layer = _layer_classes(project)
    if not layer:
        return
    peers = [
        (function, other)
        for other in project.others()
        if not other.is_test and "@" in other.text
        for function, _ in handlers(other)
    ]
    peers += [(f, module) for f, _ in handlers(module) if f not in direct]
    if any(_first_query(f, m) is not None for f, m in peers):
        return
    kept = _kept_by_layer(project) if not peers else frozenset()
    for function, call in direct.items():
        if not peers and not _tables(call, module) & kept:
            continue
        yield module.finding(
            RULE,
            call,
            f"{function.name}() queries the database itself although {layer[0]} and the like are there "
            "for that; use one here too",
            evidence={"handler": function.name, "layer": layer[:5]},
        )


def _first_query(function: FunctionNode, module: Module) -> ast.Call | None:
    found = [c for c in own_calls(function) if database_call(c, module) is not None]
    return min(found, key=lambda c: (c.lineno, c.col_offset), default=None)


def _kept_by_layer(project: Project) -> frozenset[str]:
    """The entities that the repositories query."""
    return frozenset(
        table
        for other in project.others()
        for node in other.tree.body
        if isinstance(node, ast.ClassDef) and node.name.endswith(_LAYER_NAMES)
        for call in ast.walk(node)
        if isinstance(call, ast.Call) and database_call(call, other) is not None
        for table in _tables(call, other)
    )


def _tables(query: ast.Call, module: Module) -> frozenset[str]:
    """The classes that a query names, in full, and the words of its SQL that follow FROM, INTO and the like."""
    found = set()
    for node in ast.walk(query):
        if isinstance(node, ast.Name) and node.id[:1].isupper() and not node.id.isupper():
            found.add((module.qualified(node) or node.id).rpartition(".")[2])
    text = sql_text(query.args[0], module) if query.args else None
    found |= {m.lower() for m in _TABLE.findall(text or "")}
    return frozenset(found)


def _layer_classes(project: Project) -> list[str]:
    """The repository or service classes, or modules of such functions, that do query."""
    classes = [
        node.name
        for other in project.others()
        for node in other.tree.body
        if isinstance(node, ast.ClassDef)
        and node.name.endswith(_LAYER_NAMES)
        and any(database_call(c, other) for c in ast.walk(node) if isinstance(c, ast.Call))
    ]
    modules = [
        other.name
        for other in project.others()
        if _LAYER_MODULES & set(other.name.split("."))
        and not handlers(other)
        and any(database_call(c, other) for c in other.nodes(ast.Call))
    ]
    return classes + modules
