"""A route answers with a database entity instead of a schema.

Finds FastAPI handlers whose response is an SQLAlchemy or Django model, by annotation,
``response_model`` or the query that they return. Every column becomes part of the public interface,
password hashes included; renaming a column breaks clients, and lazy relations are loaded while the
answer is written, or fail because the session is closed.

Return a schema (a pydantic model) that lists the fields that clients are to see.

Leave it when the model was made to be both, as SQLModel's are.
"""

import ast
from collections.abc import Iterator

from autovet.checks.example import Example
from autovet.checks.vocabulary.database_calls import database_call
from autovet.checks.vocabulary.entities import is_entity
from autovet.checks.vocabulary.expressions import last_name
from autovet.checks.vocabulary.http_calls import keyword
from autovet.checks.vocabulary.project_classes import class_of_expression
from autovet.checks.vocabulary.web_handlers import Route, is_handler, routes_of
from autovet.domain.category import Category
from autovet.domain.finding import Finding
from autovet.domain.rule import Rule
from autovet.project.project import Project
from autovet.source.module import Module

RULE = Rule("entity-leaves-route", Category.ARCHITECTURE, confidence=0.8)

_MODELS = """
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

class Base(DeclarativeBase):
    pass

class Keeper(Base):
    __tablename__ = "keepers"
    id: Mapped[int] = mapped_column(primary_key=True)
    password: Mapped[str]
"""

BAD = (
    """
from fastapi import FastAPI
from flask import jsonify
from sqlalchemy.orm import DeclarativeBase

app = FastAPI()

class Base(DeclarativeBase):
    pass

class Keeper(Base):
    __tablename__ = "keepers"

@app.get("/keepers/{number}", response_model=None)
def keeper(number: int) -> Keeper:  # <--
    return Keeper()

@app.get("/keepers")
def first(db):
    values = {k: v for k, v in db.first().__dict__.items() if k != "id"}
    return jsonify(values)  # <--

@app.get("/keepers/last")
def last(db):
    return jsonify(model_to_dict(db.last()))  # <--
""",
    Example(
        """
from fastapi import APIRouter
from zoo.models import Keeper

router = APIRouter()

@router.get("/keepers")
def keepers(store) -> list[Keeper]:  # <--
    return store.keepers()
""",
        files={"zoo/models.py": _MODELS},
    ),
    Example(
        """
from fastapi import APIRouter
from sqlalchemy.orm import Session
from zoo.models import Keeper

router = APIRouter()

@router.get("/keepers/{number}")
def keeper(number: int, session: Session):
    found = session.get(Keeper, number)
    return found  # <--
""",
        files={"zoo/models.py": _MODELS},
    ),
)

GOOD = (
    Example(
        """
from fastapi import APIRouter
from sqlalchemy.orm import Session
from zoo.models import Keeper
from zoo.schemas import KeeperOut

router = APIRouter()

@router.get("/keepers/{number}", response_model=KeeperOut)
def keeper(number: int, session: Session):
    return session.get(Keeper, number)

@router.get("/keepers")
def keepers(session: Session) -> list[KeeperOut]:
    return [KeeperOut(name=k.name) for k in session.query(Keeper)]
""",
        files={"zoo/models.py": _MODELS},
    ),
    Example(
        """
from zoo.models import Keeper

def find(session, number) -> Keeper:
    return session.get(Keeper, number)
""",
        files={"zoo/models.py": _MODELS},
    ),
)

_TRANSPARENT = frozenset({"all", "first", "one", "one_or_none", "scalar_one", "scalar_one_or_none", "scalars", "limit", "offset", "filter", "filter_by", "where", "order_by"})  # fmt: skip


def check(
    function: ast.FunctionDef | ast.AsyncFunctionDef, module: Module, project: Project
) -> Iterator[Finding]:
    """Report handlers that answer with entities."""
    if not function.decorator_list or module.is_test:
        return
    if is_handler(function, module):
        yield from _whole_objects(function, module)
    routes = [r for r in routes_of(function, module) if r.framework == "fastapi"]
    if not routes:
        return
    model = _response_model(routes)
    declared = function.returns if model is None or isinstance(model, ast.Constant) else model
    if declared is not None:
        for node in (n for n in ast.walk(declared) if isinstance(n, (ast.Name, ast.Attribute))):
            if (entity := _entity(node, module, project)) is not None:
                yield _finding(module, function.returns or routes[0].decorator, entity)
                return
        return
    for statement in ast.walk(function):
        if isinstance(statement, ast.Return) and statement.value is not None:
            entity = _queried(statement.value, module, project)
            if entity is not None and module.function_of(statement) is function:
                yield _finding(module, statement, entity)


def _whole_objects(
    function: ast.FunctionDef | ast.AsyncFunctionDef, module: Module
) -> Iterator[Finding]:
    """``return jsonify(user.__dict__)``: all that the object holds, whatever it is."""
    for statement in ast.walk(function):
        if not isinstance(statement, ast.Return) or statement.value is None:
            continue
        for node in _spread(statement.value, module):
            dumped = isinstance(node, ast.Attribute) and node.attr == "__dict__"
            asked = (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Name)
                and node.func.id == "vars"
                and bool(node.args)
            )
            columns = (
                isinstance(node, ast.Call)
                and last_name(node.func) == "model_to_dict"
                and len(node.args) == 1
                and not node.keywords
            )
            if dumped or asked or columns:
                yield module.finding(
                    RULE,
                    statement,
                    "this route answers with all that the object holds, internal fields included; name the fields",
                    evidence={"value": module.segment(node)},
                )
                break


def _spread(answer: ast.expr, module: Module) -> Iterator[ast.AST]:
    """The parts of an answer, the values of its plain names among them."""
    for node in ast.walk(answer):
        yield node
        if isinstance(node, ast.Name) and (value := module.assigned(node)) is not None:
            yield from ast.walk(value)


def _finding(module: Module, where: ast.AST, entity: str) -> Finding:
    return module.finding(
        RULE,
        where,
        f"this route answers with the database entity {entity}, which publishes all its columns; return a "
        "schema",
        evidence={"entity": entity},
    )


def _response_model(routes: list[Route]) -> ast.expr | None:
    decorator = routes[0].decorator
    return keyword(decorator, "response_model") if isinstance(decorator, ast.Call) else None


def _entity(node: ast.expr, module: Module, project: Project) -> str | None:
    found = class_of_expression(node, module, project)
    return found[0].name if found and is_entity(found[0], found[1], project) else None


def _queried(value: ast.expr, module: Module, project: Project) -> str | None:
    """The entity that a returned query yields."""
    for _ in range(8):
        if isinstance(value, ast.Await):
            value = value.value
        elif isinstance(value, ast.Name):
            assigned = module.assigned(value)
            if assigned is None:
                return None
            value = assigned
        elif isinstance(value, ast.Call) and (query := database_call(value, module)) is not None:
            if query.statement is None:
                return None
            inner = query.statement.args[0] if isinstance(query.statement, ast.Call) and query.statement.args else query.statement  # fmt: skip
            return _entity(inner, module, project)
        elif isinstance(value, ast.Call) and isinstance(value.func, ast.Attribute) and value.func.attr in _TRANSPARENT:  # fmt: skip
            value = value.func.value
        else:
            return None
    return None
