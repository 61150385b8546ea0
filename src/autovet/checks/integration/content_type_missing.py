"""JSON that is sent without saying that it is JSON.

Finds request bodies and web responses made with ``json.dumps`` that set no content type.

The receiver takes the body for a form or for a page: frameworks then refuse it, ignore it, or show it
as HTML, which a browser runs.

Pass ``json=`` to the client; return ``jsonify``, ``JsonResponse`` or the dictionary itself.
"""

import ast
from collections.abc import Iterator

from autovet.checks.vocabulary.http_calls import http_call, keyword
from autovet.checks.vocabulary.web_handlers import is_handler
from autovet.domain.category import Category
from autovet.domain.finding import Finding
from autovet.domain.rule import Rule
from autovet.source.module import Module

RULE = Rule("content-type-missing", Category.INTEGRATION, confidence=0.85)

_RESPONSES = frozenset({
    "flask.Response", "flask.make_response", "django.http.HttpResponse", "starlette.responses.Response",
    "fastapi.Response", "fastapi.responses.Response", "werkzeug.Response", "aiohttp.web.Response", "quart.Response",
})  # fmt: skip
_REQUEST = "urllib.request.Request"
_TYPES = ("mimetype", "content_type", "media_type", "headers")

BAD = (
    """
import json
import requests
from urllib.request import Request, urlopen

def put(url, parcel):
    body = json.dumps(parcel).encode()
    with urlopen(Request(url, data=body, method="PUT"), timeout=5) as answer:  # <--
        return answer.status

def post(url, parcel):
    text = json.dumps(parcel)
    requests.post(url, data=text, timeout=5).raise_for_status()  # <--
""",
    """
import json

import requests

def put(url, parcel):
    answer = requests.put(url, data=json.dumps(parcel), timeout=5)  # <--
    answer.raise_for_status()
""",
    """
import json

from flask import Flask, Response

app = Flask(__name__)

@app.get("/parcels")
def parcels():
    return Response(json.dumps([]), status=200)  # <--

@app.get("/weights")
def weights():
    return json.dumps({"weights": []})  # <--
""",
)

GOOD = (
    """
import json

import requests

def put(url, parcel, session: requests.Session):
    kind = {"Content-Type": "application/json"}
    requests.put(url, data=json.dumps(parcel), headers=kind, timeout=5)
    requests.put(url, json=parcel, timeout=5)
    session.put(url, data=json.dumps(parcel), timeout=5)
""",
    """
import json

from fastapi import FastAPI
from fastapi.responses import Response

app = FastAPI()

@app.get("/parcels")
def parcels():
    return Response(json.dumps([]), media_type="application/json")

@app.get("/text")
def text() -> str:
    return json.dumps({})
""",
)


def check(call: ast.Call, module: Module) -> Iterator[Finding]:
    """Report the request, the response, or the ``return``."""
    if module.qualified(call.func) != "json.dumps" or module.is_test:
        return
    child: ast.AST = call
    parent = module.parent(call)
    if isinstance(parent, ast.Attribute):  # json.dumps(...).encode()
        child = module.parent(parent) or call
        parent = module.parent(child)
    if isinstance(parent, ast.keyword) and parent.arg in {"data", "content"}:
        sent = module.parent(parent)
        if not isinstance(sent, ast.Call) or keyword(sent, "headers") is not None:
            return
        request = http_call(sent, module)
        # a session may carry the header for all its requests
        if (
            request is not None
            and request.library in {"requests", "httpx"}
            and request.client is None
        ):
            yield module.finding(
                RULE, sent, "the body is JSON and nothing says so: pass it as json="
            )
        elif module.qualified(sent.func) == _REQUEST and not _says_type(module):
            yield module.finding(
                RULE, sent, "the body is JSON and goes out as a form: add the header Content-Type"
            )
    elif isinstance(parent, ast.Call) and child in parent.args[:1]:
        if module.qualified(parent.func) in _RESPONSES and not any(
            keyword(parent, n) for n in _TYPES
        ):
            yield module.finding(
                RULE, parent, "the response is JSON and goes out as HTML: say its content type"
            )
    elif isinstance(parent, ast.Assign) and isinstance(parent.targets[0], ast.Name):
        yield from _sent_by_name(parent.targets[0].id, parent.value, call, module)
    elif isinstance(parent, ast.Return):
        function = module.function_of(call)
        flask = any(n.startswith("flask") for n in module.scopes.module.imports.values())
        if function is not None and flask and is_handler(function, module):
            yield module.finding(
                RULE,
                parent,
                "the response is JSON and goes out as HTML: return the dictionary itself",
            )


def _sent_by_name(name: str, value: ast.expr, call: ast.Call, module: Module) -> Iterator[Finding]:
    """A body that was put into a variable first."""
    function = module.function_of(call)
    for use in ast.walk(function) if function is not None else ():
        if not isinstance(use, ast.Name) or use.id != name or module.assigned(use) is not value:
            continue
        passed = module.parent(use)
        if isinstance(passed, ast.Attribute) and passed.attr == "encode":
            passed = module.parent(module.parent(passed) or passed)
        sent = module.parent(passed) if isinstance(passed, ast.keyword) else passed
        if not isinstance(sent, ast.Call) or keyword(sent, "headers") is not None:
            continue
        if isinstance(passed, ast.keyword) and passed.arg not in {"data", "content"}:
            continue
        request = http_call(sent, module)
        by_function = (
            request is not None
            and request.library in {"requests", "httpx"}
            and request.client is None
            and isinstance(passed, ast.keyword)
        )
        if (by_function or module.qualified(sent.func) == _REQUEST) and not _says_type(module):
            yield module.finding(
                RULE, sent, "the body is JSON and nothing says so: add the header Content-Type"
            )


def _says_type(module: Module) -> bool:
    """Whether the module sets the header anywhere, as ``add_header`` does."""
    return "content-type" in module.text.lower()
