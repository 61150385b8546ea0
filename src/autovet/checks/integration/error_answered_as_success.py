"""A web handler answers a failure with status 200.

Finds handlers that return ``{"error": ...}``, ``{"success": False}`` and the like, by themselves or
through ``jsonify`` and ``JsonResponse``, without a status.

Clients, proxies, monitors and retries go by the status: they count the failure as a success, cache
it, and do not try again.

Return the status that fits (404, 409, 422, 503...), or raise the framework's HTTP exception.

Leave it where the protocol says so, as GraphQL and JSON-RPC do.
"""

import ast
from collections.abc import Iterator

from autovet.checks.vocabulary.expressions import last_name
from autovet.checks.vocabulary.web_handlers import routes_of
from autovet.domain.category import Category
from autovet.domain.finding import Finding
from autovet.domain.rule import Rule
from autovet.source.module import Module

RULE = Rule("error-answered-as-success", Category.INTEGRATION, confidence=0.85)

BAD = (
    """
from flask import Flask, jsonify

app = Flask(__name__)

@app.get("/animals/<name>")
def animal(name):
    found = app.zoo.get(name)
    if found is None:
        return jsonify({"error": f"no {name}"})  # <--
    return jsonify(found)
""",
    """
from fastapi import FastAPI

app = FastAPI()

@app.post("/feedings")
def feed(name: str):
    try:
        app.zoo.feed(name)
    except KeyError as error:
        return {"success": False, "message": str(error)}  # <--
    return {"success": True}
""",
)

GOOD = (
    """
from flask import Flask, jsonify

app = Flask(__name__)

@app.get("/animals/<name>")
def animal(name):
    found = app.zoo.get(name)
    if found is None:
        return jsonify({"error": f"no {name}"}), 404
    return {"error": None, "animal": found}

@app.get("/checks")
def checks():
    if not app.zoo:
        return {"open": False, "errors": 3}
    return {"errors": app.zoo.count_errors()}
""",
    """
from fastapi import FastAPI, Response
from fastapi.responses import JSONResponse

app = FastAPI()

@app.post("/feedings")
def feed(name: str, response: Response):
    if name not in app.zoo:
        response.status_code = 404
        return {"error": "unknown"}
    return {"fed": name}

@app.post("/cleanings", status_code=202)
def clean(name: str):
    if name not in app.zoo:
        return JSONResponse({"error": "unknown"}, status_code=404)
    return {"cleaned": name}

def describe(name):
    if not name:
        return {"error": "unknown"}
""",
)

_ANSWERS = frozenset({"jsonify", "JsonResponse", "JSONResponse", "json_response", "ORJSONResponse", "make_response"})  # fmt: skip
_FAILED = {"success": False, "ok": False}
_STATUS_WORDS = frozenset({"error", "failed", "failure", "fail"})


def check(node: ast.Return, module: Module) -> Iterator[Finding]:
    """Report the returns of a handler that tell of a failure and have no status."""
    told = _failure(node.value)
    function = module.function_of(node) if told and not module.is_test else None
    if function is None or not _is_exceptional(node, module) or not routes_of(function, module):
        return
    sets_status = any(
        isinstance(n, ast.Attribute)
        and n.attr in {"status_code", "status"}
        and isinstance(n.ctx, ast.Store)
        for n in ast.walk(function)
    )
    if not sets_status:
        yield module.finding(
            RULE,
            node,
            f"this failure ({told}) goes out with status 200, so clients count it as a success: give it a status",
            evidence={"says": told},
        )


def _failure(answer: ast.expr | None) -> str:
    """What in an answer says that it is a failure; empty when nothing does, or a status is given."""
    if isinstance(answer, ast.Call):
        if last_name(answer.func) not in _ANSWERS or len(answer.args) > 1:
            return ""
        if any(k.arg is None or (k.arg or "").startswith("status") for k in answer.keywords):
            return ""
        pairs = {k.arg: k.value for k in answer.keywords if k.arg}
        if not answer.args:
            return _told(pairs)
        answer = answer.args[0]
    if not isinstance(answer, ast.Dict):
        return ""
    keys = {
        k.value: v
        for k, v in zip(answer.keys, answer.values, strict=True)
        if isinstance(k, ast.Constant) and isinstance(k.value, str)
    }
    return _told(keys)


def _told(pairs: dict[str, ast.expr]) -> str:
    for key, value in pairs.items():
        constant = value.value if isinstance(value, ast.Constant) else ...
        if key == "error" and (isinstance(value, ast.JoinedStr) or _is_text(value)):
            return "error"
        if key in _FAILED and constant is False:
            return f"{key}: False"
        if key == "status" and isinstance(constant, str) and constant.lower() in _STATUS_WORDS:
            return f"status: {constant}"
    return ""


def _is_text(value: ast.expr) -> bool:
    if isinstance(value, ast.Constant):
        return isinstance(value.value, str) and bool(value.value)
    return isinstance(value, ast.Call) and last_name(value.func) in {"str", "repr", "format"}


def _is_exceptional(node: ast.Return, module: Module) -> bool:
    """Whether the answer is given only in some case."""
    for ancestor in module.ancestors(node):
        if isinstance(ancestor, (ast.If, ast.ExceptHandler, ast.match_case)):
            return True
        if isinstance(ancestor, (ast.FunctionDef, ast.AsyncFunctionDef)):
            return False
    return False
