"""A route still exists, but requests that were valid before the change fail now, or get other answers.

Compares each route with its previous version (``context.previous``): new query parameters without
a default, body models with new required fields, another status code for success. Clients that were
not changed get 422, or do not recognise the answer.

Give new parameters and fields a default, or offer the changed route under the next version of the
interface.

Leave it when all clients are deployed together with it.
"""

import ast
from collections.abc import Iterator

from autovet.checks.example import Example
from autovet.checks.vocabulary.expressions import last_name
from autovet.checks.vocabulary.http_calls import keyword
from autovet.checks.vocabulary.previous_version import previous_version
from autovet.checks.vocabulary.web_handlers import Route, handlers
from autovet.domain.category import Category
from autovet.domain.finding import Finding
from autovet.domain.rule import Rule
from autovet.project.project import Project
from autovet.source.module import Module
from autovet.source.scopes import FunctionNode

RULE = Rule("endpoint-contract-changed", Category.INTEGRATION, confidence=0.85)

_BEFORE = """
from fastapi import APIRouter
from pydantic import BaseModel

router = APIRouter(prefix="/v1/animals")

class NewAnimal(BaseModel):
    name: str

@router.post("/", status_code=201)
def create(animal: NewAnimal) -> int:
    return 1

@router.get("/")
def animals(limit: int = 20) -> list[str]:
    return []
"""

BAD = (
    Example(
        """
from flask import Flask

app = Flask(__name__)

@app.post("/animals")
def add():
    return {"name": "elephant"}, 200  # <--

@app.get("/cages")
def cages():
    return {"number": 3}  # <--
""",
        context={
            "previous": "from flask import Flask\n\napp = Flask(__name__)\n\n@app.post('/animals')\ndef add():\n"
            "    return {'name': 'elephant'}, 201\n\n@app.get('/cages')\ndef cages():\n    return {'count': 3}\n"
        },
    ),
    Example(
        """
from fastapi import APIRouter
from pydantic import BaseModel

router = APIRouter(prefix="/v1/animals")

class NewAnimal(BaseModel):
    name: str
    cage: int  # <--

@router.post("/", status_code=201)
def create(animal: NewAnimal) -> int:
    return 1

@router.get("/")
def animals(kind: str, limit: int = 20) -> list[str]:  # <--
    return []
""",
        context={"previous": _BEFORE},
    ),
    Example(
        _BEFORE.replace(
            '@router.post("/", status_code=201)', '@router.post("/", status_code=200)  # <--'
        ),
        context={"previous": _BEFORE},
    ),
)

GOOD = (
    Example(
        """
from typing import Annotated
from fastapi import APIRouter, Depends
from pydantic import BaseModel

router = APIRouter(prefix="/v1/animals")

class NewAnimal(BaseModel):
    name: str
    cage: int | None = None

class Answer(BaseModel):
    number: int

@router.post("/", status_code=201)
def create(animal: NewAnimal) -> int:
    return 1

@router.get("/")
def animals(store: Annotated[list, Depends(open_store)], limit: int = 20, kind: str = "") -> list[str]:
    return []
""",
        context={"previous": _BEFORE},
    ),
    _BEFORE,
)

_SCALARS = frozenset({"str", "int", "float", "bool", "date", "datetime", "UUID", "Decimal"})


def check(module: Module, project: Project) -> Iterator[Finding]:
    """Report what makes old requests fail."""
    before = previous_version(module, project)
    if before is None:
        return
    old_routes = {(r.methods, r.path): (f, r) for f, routes in handlers(before) for r in routes}
    bodies: set[str] = set()
    found: list[Finding] = []
    for function, routes in handlers(module):
        for route in routes:
            old = old_routes.get((route.methods, route.path))
            if old is None:
                continue
            found += _answers(function, old[0], route, module)
            if route.framework not in {"fastapi", ""}:
                continue
            bodies |= {last_name(a.annotation) for a in function.args.args if a.annotation}
            found += _parameters(function, old[0], route, module)
            found += _status(route, old[1], module)
    found += _body_fields(bodies, before, module)
    yield from sorted(found, key=lambda f: f.span)


def _parameters(
    function: FunctionNode, old: FunctionNode, route: Route, module: Module
) -> Iterator[Finding]:
    known = {a.arg for a in [*old.args.args, *old.args.kwonlyargs]}
    required = function.args.args[: len(function.args.args) - len(function.args.defaults)]
    required += [
        a
        for a, d in zip(function.args.kwonlyargs, function.args.kw_defaults, strict=True)
        if d is None
    ]
    for argument in required:
        scalar = argument.annotation is not None and last_name(argument.annotation) in _SCALARS
        if scalar and argument.arg not in known and f"{{{argument.arg}" not in route.path:
            yield module.finding(
                RULE,
                argument,
                f"{route.path} now demands the query parameter {argument.arg!r}, so requests of existing "
                "clients get 422; give it a default",
                evidence={"route": route.path, "parameter": argument.arg},
            )


def _status(route: Route, old: Route, module: Module) -> Iterator[Finding]:
    if not isinstance(route.decorator, ast.Call) or not isinstance(old.decorator, ast.Call):
        return
    now, before = (keyword(d, "status_code") for d in (route.decorator, old.decorator))
    written = [ast.unparse(s) if s is not None else "200" for s in (before, now)]
    if written[0] != written[1]:
        yield module.finding(
            RULE,
            route.decorator,
            f"{route.path} answers with status {written[1]} instead of {written[0]}, which existing "
            "clients do not expect",
            evidence={"route": route.path, "before": written[0], "now": written[1]},
        )


def _answers(
    function: FunctionNode, old: FunctionNode, route: Route, module: Module
) -> Iterator[Finding]:
    """Statuses of success and keys of written-out answers that are no longer given."""
    before, now = _given(old), _given(function)
    gone = {s for s, _ in before} - {s for s, _ in now}
    new = {s for s, _ in now} - {s for s, _ in before}
    for status, node in now:
        if gone and new and status in new and len(before) == len(now):
            yield module.finding(
                RULE,
                node,
                f"{route.path} answers with status {status} instead of {min(gone)}, which existing clients do not "
                "expect",
                evidence={"route": route.path, "before": min(gone), "now": status},
            )
            return
    keys, left = _keys(old), _keys(function)
    lost = sorted(keys - left) if keys and left else []
    if lost:
        place = next(
            (n for n in ast.walk(function) if isinstance(n, ast.Return) and _literal(n)), function
        )
        yield module.finding(
            RULE,
            place,
            f"{route.path} no longer answers with {', '.join(map(repr, lost))}, which existing clients read",
            evidence={"route": route.path, "lost": lost},
        )


def _given(function: FunctionNode) -> list[tuple[str, ast.Return]]:
    """The statuses of success that the returns of a handler name, as ``return body, 201``."""
    found = []
    for node in ast.walk(function):
        if isinstance(node, ast.Return) and node.value is not None:
            value = node.value
            status = "200"
            if isinstance(value, ast.Tuple) and len(value.elts) > 1:
                last = value.elts[1]
                name = last.attr if isinstance(last, ast.Attribute) else ""
                status = _STATUS_NAMES.get(name) or (
                    str(last.value) if isinstance(last, ast.Constant) else ""
                )
            if status.startswith("2"):
                found.append((status, node))
    return found


def _keys(function: FunctionNode) -> set[str]:
    """The keys of the answers of a handler that are written out; empty when one is not."""
    found: set[str] = set()
    for node in ast.walk(function):
        if isinstance(node, ast.Return) and node.value is not None:
            answer = _literal(node)
            if answer is None:
                return set()
            if any(not isinstance(k, ast.Constant) for k in answer.keys):
                return set()
            found |= {str(k.value) for k in answer.keys if isinstance(k, ast.Constant)}
    return found


def _literal(node: ast.Return) -> ast.Dict | None:
    """The dictionary that a handler returns, itself or through ``jsonify``."""
    value = (
        node.value.elts[0] if isinstance(node.value, ast.Tuple) and node.value.elts else node.value
    )
    if isinstance(value, ast.Call) and len(value.args) == 1 and not value.keywords:
        value = value.args[0]
    return value if isinstance(value, ast.Dict) else None


_STATUS_NAMES = {"OK": "200", "CREATED": "201", "ACCEPTED": "202", "NO_CONTENT": "204"}


def _body_fields(bodies: set[str], before: Module, module: Module) -> Iterator[Finding]:
    old = {n.name: n for n in before.tree.body if isinstance(n, ast.ClassDef)}
    for owner in (n for n in module.tree.body if isinstance(n, ast.ClassDef)):
        if owner.name not in bodies or owner.name not in old:
            continue
        known = {last_name(s.target) for s in old[owner.name].body if isinstance(s, ast.AnnAssign)}
        for field in (s for s in owner.body if isinstance(s, ast.AnnAssign) and s.value is None):
            name = last_name(field.target)
            if name not in known and last_name(getattr(field.annotation, "value", field.annotation)) != "ClassVar":  # fmt: skip
                yield module.finding(
                    RULE,
                    field,
                    f"requests must now carry {name!r}, so those of existing clients get 422; give the "
                    "field a default",
                    evidence={"model": owner.name, "field": name},
                )
