"""JSON is answered under a content type that browsers take for a page.

Finds Flask and Django responses whose body comes straight from ``json.dumps`` while the content type stays
the default, ``text/html``. JSON keeps ``<`` and ``>`` as they are, so a value that holds a script runs when
somebody is led to the address.

Use ``jsonify`` or ``JsonResponse``, or say ``mimetype="application/json"``.

Leave it where the content type is set on the response afterwards.
"""

import ast
from collections.abc import Iterator

from autovet.checks.vocabulary.called_names import called_name
from autovet.domain.category import Category
from autovet.domain.finding import Finding
from autovet.domain.fix import Edit, Fix
from autovet.domain.rule import Rule
from autovet.domain.span import Span
from autovet.source.module import Module

RULE = Rule("json-served-as-html", Category.SECURITY, confidence=0.75, cwe=79)

_FLASK = ("mimetype", ("mimetype", "content_type", "headers"))
_DJANGO = ("content_type", ("content_type", "headers"))
_RESPONSES = {
    "flask.Response": _FLASK, "flask.wrappers.Response": _FLASK, "werkzeug.wrappers.Response": _FLASK,
    "werkzeug.Response": _FLASK, "django.http.HttpResponse": _DJANGO, "django.http.response.HttpResponse": _DJANGO,
}  # fmt: skip
_CONTENT_TYPES = frozenset({"content_type", "mimetype", "content-type"})

BAD = (
    """
import json
from flask import Response

def preference(key, store):
    return Response(json.dumps({"key": key, "value": store[key]}))  # <--
""",
    """
import json
from django.http import HttpResponse

def found(request):
    body = json.dumps({"query": request.GET["q"], "hits": []})
    return HttpResponse(body, status=200)  # <--
""",
)

GOOD = (
    """
import json
from flask import Response

def preference(key, store):
    return Response(json.dumps({"key": key, "value": store[key]}), mimetype="application/json")

def ready():
    return Response(json.dumps({"ready": True, "missing": None}))
""",
    """
import json
from django.http import HttpResponse
from fastapi import Response

def found(request):
    answer = HttpResponse(json.dumps({"query": request.GET["q"]}))
    answer["Content-Type"] = "application/json"
    return answer

def plain(value):
    return Response(json.dumps(value))
""",
)


def check(call: ast.Call, module: Module) -> Iterator[Finding]:
    """Report responses with JSON and the default content type."""
    known = _RESPONSES.get(called_name(call, module) or "")
    if known is None or module.is_test or len(call.args) > 2 or not call.args:
        return
    parameter, telling = known
    if any(k.arg is None or k.arg in telling for k in call.keywords):
        return
    body = module.assigned(call.args[0]) or call.args[0]
    if not isinstance(body, ast.Call) or module.qualified(body.func) != "json.dumps":
        return
    if not body.args or not _holds_a_value(body.args[0]) or _typed_later(call, module):
        return
    end = module.span(call)
    closing = Span(end.end_line, end.end_column - 1, end.end_line, end.end_column - 1)
    fix = Fix((Edit(closing, f', {parameter}="application/json"'),), "answer as JSON")
    yield module.finding(
        RULE,
        call,
        f"the JSON is served as text/html, so a value with markup runs as a page; say {parameter}",
        evidence={"response": called_name(call, module)},
        fix=None if module.segment(call).rstrip(") \n").endswith(",") else fix,
    )


def _holds_a_value(node: ast.expr) -> bool:
    return any(isinstance(n, (ast.Name, ast.Attribute, ast.Call)) for n in ast.walk(node))


def _typed_later(call: ast.Call, module: Module) -> bool:
    """Whether the function sets a content type on the response that it keeps."""
    if not isinstance(module.parent(call), ast.Assign):
        return False
    function = module.function_of(call)
    for node in ast.walk(function) if function else ():
        if isinstance(node, ast.Attribute) and node.attr in _CONTENT_TYPES:
            return True
        if isinstance(node, ast.Constant) and str(node.value).lower() in _CONTENT_TYPES:
            return True
    return False
