"""A route that does not do what the interface document says.

Compares the handlers with ``context.openapi``: the method under which a path is served, the status of
success, the query parameters, the fields that a request must carry, and those that an answer holds.

Clients are generated from the document and tested against it; where the code differs they get 404,
405 or 422, or miss a field, and find out in production.

Follow the document, or change it first and let the clients know.

Leave it where the document is the older of the two and about to be replaced.
"""

import ast
from collections.abc import Iterator, Mapping
from typing import Any

from autovet.checks.example import Example
from autovet.checks.vocabulary.expressions import last_name
from autovet.checks.vocabulary.http_calls import keyword
from autovet.checks.vocabulary.openapi_document import Operation, operations, same_path
from autovet.checks.vocabulary.project_classes import class_of_expression, methods_of
from autovet.checks.vocabulary.web_handlers import Route, handlers
from autovet.domain.category import Category
from autovet.domain.finding import Finding
from autovet.domain.rule import Rule
from autovet.project.project import Project
from autovet.source.module import Module
from autovet.source.scopes import FunctionNode

RULE = Rule("route-differs-from-document", Category.INTEGRATION, confidence=0.85)

_DOCUMENT = {
    "paths": {
        "/animals": {
            "get": {
                "parameters": [{"name": "cage", "in": "query", "required": True}],
                "responses": {"200": {"description": "all"}},
            },
            "post": {
                "requestBody": {
                    "content": {
                        "application/json": {"schema": {"properties": {"name": {}, "age": {}}}}
                    }
                },
                "responses": {"201": {"description": "made"}},
            },
        },
        "/animals/{number}": {
            "get": {
                "responses": {
                    "200": {
                        "content": {
                            "application/json": {
                                "schema": {
                                    "required": ["name", "age_months"],
                                    "properties": {"name": {}, "age_months": {}},
                                }
                            }
                        }
                    }
                }
            }
        },
    }
}

BAD = (
    Example(
        """
from fastapi import FastAPI
from pydantic import BaseModel

app = FastAPI()

class NewAnimal(BaseModel):
    name: str
    kind: str  # <--

class Animal(BaseModel):
    name: str
    age: int  # <--

@app.get("/animals")
def animals(place: str) -> list[str]:  # <--
    return []

@app.post("/animals")  # <--
def add(animal: NewAnimal) -> None:
    return None

@app.get("/animals/{number}")
def animal(number: int) -> Animal:
    return Animal(name="", age=1)
""",
        context={"openapi": _DOCUMENT},
    ),
    Example(
        """
from flask import Flask

app = Flask(__name__)

@app.put("/animals")  # <--
def add():
    return "", 201

@app.get("/animals/<int:number>")
def animal(number):
    return {"name": "elephant", "age": 3}  # <--
""",
        context={"openapi": _DOCUMENT},
    ),
)

GOOD = (
    Example(
        """
from fastapi import FastAPI
from pydantic import BaseModel, Field

app = FastAPI()

class NewAnimal(BaseModel):
    name: str
    age: int
    kind: str = ""

class Animal(BaseModel):
    name: str
    age: int = Field(alias="age_months")

@app.get("/animals")
def animals(cage: str, limit: int = 10) -> list[str]:
    return []

@app.post("/animals", status_code=201)
def add(animal: NewAnimal) -> None:
    return None

@app.get("/animals/{number}")
def animal(number: int) -> Animal:
    return Animal(name="", age=1)

@app.get("/health")
def health() -> str:
    return ""
""",
        context={"openapi": _DOCUMENT},
    ),
    Example(
        """
from flask import Flask, jsonify

app = Flask(__name__)

@app.get("/animals/<int:number>")
def animal(number):
    if not number:
        return {"error": "unknown"}, 404
    return jsonify({"name": "elephant", "age_months": 3, "tail": True})
""",
        context={"openapi": _DOCUMENT},
    ),
)

_SCALARS = frozenset({"str", "int", "float", "bool", "date", "datetime", "UUID"})
_MADE = {"status.HTTP_200_OK": "200", "status.HTTP_201_CREATED": "201", "status.HTTP_202_ACCEPTED": "202", "status.HTTP_204_NO_CONTENT": "204"}  # fmt: skip


def check(module: Module, project: Project) -> Iterator[Finding]:
    """Compare every handler with the operation of its path."""
    if project.context.openapi is None or module.is_test:
        return
    known = list(operations(project.context.openapi))
    found: dict[ast.AST, Finding] = {}
    for function, routes in handlers(module):
        for route in routes:
            same = [o for o in known if route.path and same_path(o.path, route.path)]
            for place, message in _differences(function, route, same, module, project):
                found.setdefault(
                    place,
                    module.finding(
                        RULE,
                        module.header_span(place)
                        if isinstance(place, (ast.FunctionDef, ast.AsyncFunctionDef))
                        else place,
                        message,
                        evidence={"path": route.path, "methods": list(route.methods)},
                    ),
                )
    yield from sorted(found.values(), key=lambda f: f.span)


def _differences(
    function: FunctionNode, route: Route, same: list[Operation], module: Module, project: Project
) -> Iterator[tuple[ast.AST, str]]:
    if not same or not route.methods:
        return
    documented = {o.method for o in same}
    wrong = [m for m in route.methods if m not in documented and m not in {"HEAD", "OPTIONS"}]
    if wrong and len(route.methods) == 1:
        yield (
            route.decorator,
            f"the document serves {same[0].path} under {', '.join(sorted(documented))}, this route under {wrong[0]}",
        )
        return
    for operation in (o for o in same if o.method in route.methods):
        if route.framework == "fastapi":
            yield from _status(route, operation)
            yield from _query(function, route, operation)
            yield from _body(function, operation, module, project)
        yield from _answer(function, operation, module, project)


def _status(route: Route, operation: Operation) -> Iterator[tuple[ast.AST, str]]:
    given = (
        keyword(route.decorator, "status_code") if isinstance(route.decorator, ast.Call) else None
    )
    if given is None:
        status = "200"
    elif isinstance(given, ast.Constant):
        status = str(given.value)
    else:
        status = _MADE.get(ast.unparse(given), "")
    if status and operation.statuses and status not in operation.statuses:
        yield (
            route.decorator,
            f"{operation.path} answers with {status}, the document says {', '.join(sorted(operation.statuses))}",
        )


def _query(
    function: FunctionNode, route: Route, operation: Operation
) -> Iterator[tuple[ast.AST, str]]:
    arguments = [*function.args.args, *function.args.kwonlyargs]
    if any(
        k.arg == "alias"
        for n in ast.walk(function.args)
        if isinstance(n, ast.Call)
        for k in n.keywords
    ):
        return
    plain = [
        a
        for a in arguments
        if a.annotation is not None
        and last_name(a.annotation) in _SCALARS
        and f"{{{a.arg}" not in route.path
    ]
    optional = {
        a.arg for a in function.args.args[len(function.args.args) - len(function.args.defaults) :]
    }
    optional |= {
        a.arg
        for a, d in zip(function.args.kwonlyargs, function.args.kw_defaults, strict=True)
        if d is not None
    }
    taken = {a.arg for a in arguments}
    for argument in plain:
        if argument.arg not in operation.query and argument.arg not in optional:
            missing = sorted(name for name, needed in operation.query.items() if name not in taken)
            yield (
                function,
                f"{operation.path} demands the query parameter {argument.arg!r}, which the document does not have"
                + (f" (it has {', '.join(missing)})" if missing else ""),
            )


def _body(
    function: FunctionNode, operation: Operation, module: Module, project: Project
) -> Iterator[tuple[ast.AST, str]]:
    properties = operation.body.get("properties")
    if not isinstance(properties, Mapping) or not properties or _is_open(operation.body):
        return
    for argument in function.args.args:
        model = (
            class_of_expression(argument.annotation, module, project)
            if argument.annotation
            else None
        )
        if model is None or not _is_pydantic(*model):
            continue
        for name, field in _fields(model[0]).items():
            if name not in properties and field.value is None:
                yield (
                    field if model[1] is module else argument,
                    f"requests must carry {name!r}, which the document of {operation.path} does not have",
                )


def _answer(
    function: FunctionNode, operation: Operation, module: Module, project: Project
) -> Iterator[tuple[ast.AST, str]]:
    properties = operation.answer.get("properties")
    required = operation.answer.get("required")
    if not isinstance(properties, Mapping) or _is_open(operation.answer):
        return
    needed = [str(r) for r in required] if isinstance(required, list) else []
    model = class_of_expression(function.returns, module, project) if function.returns else None
    if model is not None and _is_pydantic(*model):
        fields = _fields(model[0])
        computed = set(methods_of(model[0]))
        missing = [n for n in needed if n not in fields and n not in computed]
        odd = [(n, f) for n, f in fields.items() if n not in properties]
        if missing and odd and model[1] is module:
            name, field = odd[0]
            yield (
                field,
                f"the document of {operation.path} promises {missing[0]!r}, and the answer has {name!r}",
            )
        elif missing and not model[0].bases[1:]:
            yield function, f"the document of {operation.path} promises {', '.join(map(repr, missing))}, which the answer lacks"  # fmt: skip
        return
    for node in ast.walk(function):
        if isinstance(node, ast.Return) and module.function_of(node) is function:
            keys = _literal_keys(node.value)
            missing = [n for n in needed if keys is not None and n not in keys]
            if missing:
                yield node, f"the document of {operation.path} promises {', '.join(map(repr, missing))}, which this answer lacks"  # fmt: skip


def _literal_keys(answer: ast.expr | None) -> set[str] | None:
    """The keys of an answer that is written out; None for any other, and for failures."""
    if isinstance(answer, ast.Call) and last_name(answer.func) in {"jsonify", "JsonResponse", "json_response"} and len(answer.args) == 1 and not answer.keywords:  # fmt: skip
        answer = answer.args[0]
    if not isinstance(answer, ast.Dict) or any(
        not (isinstance(k, ast.Constant) and isinstance(k.value, str)) for k in answer.keys
    ):
        return None
    keys = {str(k.value) for k in answer.keys if isinstance(k, ast.Constant)}
    return None if keys & {"error", "detail", "message", "errors"} else keys


def _is_open(schema: Mapping[str, Any]) -> bool:
    """Whether the schema is put together from others, so that its own properties are not all."""
    return bool({"allOf", "oneOf", "anyOf"} & set(schema)) or bool(
        schema.get("additionalProperties")
    )


def _is_pydantic(owner: ast.ClassDef, home: Module) -> bool:
    """Whether the fields of a class are what JSON shows: no parents of its own, no translated names."""
    if [home.qualified(b) for b in owner.bases] != ["pydantic.BaseModel"]:
        return False
    return not any(
        isinstance(n, ast.keyword)
        and n.arg in {"alias", "serialization_alias", "alias_generator", "validation_alias"}
        for n in ast.walk(owner)
    )


def _fields(owner: ast.ClassDef) -> dict[str, ast.AnnAssign]:
    return {
        s.target.id: s
        for s in owner.body
        if isinstance(s, ast.AnnAssign)
        and isinstance(s.target, ast.Name)
        and not s.target.id.startswith("_")
        and not s.target.id.startswith("model_")
    }
