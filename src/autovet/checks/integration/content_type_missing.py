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
_TYPES = ("mimetype", "content_type", "media_type", "headers")

BAD = (
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
    elif isinstance(parent, ast.Call) and child in parent.args[:1]:
        if module.qualified(parent.func) in _RESPONSES and not any(
            keyword(parent, n) for n in _TYPES
        ):
            yield module.finding(
                RULE, parent, "the response is JSON and goes out as HTML: say its content type"
            )
    elif isinstance(parent, ast.Return):
        function = module.function_of(call)
        flask = any(n.startswith("flask") for n in module.scopes.module.imports.values())
        if function is not None and flask and is_handler(function, module):
            yield module.finding(
                RULE,
                parent,
                "the response is JSON and goes out as HTML: return the dictionary itself",
            )
