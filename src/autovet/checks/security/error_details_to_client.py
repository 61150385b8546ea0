"""What went wrong inside is told to whoever sent the request.

Finds web handlers that answer with a traceback, or with the text of any exception that they caught. Such
texts hold paths, queries, addresses of hosts and sometimes secrets, and tell an attacker what to try next.

Log the exception, and answer with a sentence of your own and an identifier by which the log can be found.

Leave it for exceptions of your own whose text is written for the client: catch those by name.
"""

import ast
from collections.abc import Iterator

from autovet.checks.vocabulary.expressions import last_name
from autovet.checks.vocabulary.web_views import answers_requests
from autovet.domain.category import Category
from autovet.domain.finding import Finding
from autovet.domain.rule import Rule
from autovet.source.module import Module
from autovet.source.scopes import FunctionNode

RULE = Rule("error-details-to-client", Category.SECURITY, confidence=0.75, cwe=209)

_HANDLERS = frozenset({"errorhandler", "app_errorhandler", "exception_handler"})
_TRACES = frozenset({"traceback.format_exc", "traceback.format_exception", "traceback.format_tb", "traceback.format_stack", "cgitb.html"})  # fmt: skip
_BROAD = frozenset({"builtins.Exception", "builtins.BaseException"})
_TEXTS = frozenset({"builtins.str", "builtins.repr", "builtins.format"})
_ANSWERS = frozenset({"write", "send_error", "finish", "send_json", "send_text", "wfile"})

BAD = (
    """
import traceback
from flask import Flask, jsonify

app = Flask(__name__)

@app.get("/report")
def report():
    try:
        return jsonify(build())
    except Exception:
        return jsonify({"error": traceback.format_exc()}), 500  # <--
""",
    """
from fastapi import APIRouter, HTTPException

router = APIRouter()

@router.post("/orders")
async def order(body: dict):
    try:
        return await store(body)
    except Exception as error:
        detail = f"cannot store: {error}"
        raise HTTPException(500, detail=detail)  # <--
""",
    """
from http.server import BaseHTTPRequestHandler

class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        try:
            self.answer()
        except Exception as problem:
            self.wfile.write(str(problem).encode())  # <--
""",
    """
import traceback
from django.http import HttpResponse
from flask import Flask

app = Flask(__name__)

@app.errorhandler(Exception)
def failed(error):
    return str(error), 500  # <--

def report(request):
    try:
        return HttpResponse(build(request))
    except ValueError:
        return HttpResponse(traceback.format_exc(), status=500)  # <--
""",
)

GOOD = (
    """
import logging
import traceback
from flask import Flask, jsonify

app = Flask(__name__)

@app.get("/report")
def report():
    try:
        return jsonify(build())
    except ValueError as error:
        return jsonify({"error": str(error)}), 400
    except Exception as error:
        logging.error("no report: %s %s", error, traceback.format_exc())
        return jsonify({"error": "no report today"}), 500
""",
    """
def described():
    try:
        return compute()
    except Exception as error:
        return f"failed: {error}"
""",
)


def check(node: ast.ExceptHandler | ast.FunctionDef | ast.AsyncFunctionDef, module: Module) -> Iterator[Finding]:  # fmt: skip
    """Report answers that carry the exception."""
    if module.is_test:
        return
    if not isinstance(node, ast.ExceptHandler):
        if (told := _handled(node, module)) is not None:
            yield from _told(node.body, told, module)
        return
    function = module.function_of(node)
    if function is not None and answers_requests(function, module):
        told = node.name if node.name and _is_broad(node.type, module) else None
        yield from _told(node.body, told, module)


def _handled(function: FunctionNode, module: Module) -> str | None:
    """The parameter that carries any exception into a handler of errors."""
    for decorator in function.decorator_list:
        if isinstance(decorator, ast.Call) and last_name(decorator.func) in _HANDLERS:
            broad = decorator.args and (_is_broad(decorator.args[0], module) or _is_number(decorator.args[0], 500))  # fmt: skip
            parameters = function.args.args
            return parameters[-1].arg if broad and parameters else None
    return None


def _is_number(node: ast.expr, number: int) -> bool:
    return isinstance(node, ast.Constant) and node.value == number


def _told(body: list[ast.stmt], told: str | None, module: Module) -> Iterator[Finding]:
    carriers: set[str] = set()
    for statement in _statements(body):
        if isinstance(statement, ast.Assign) and _leaks(statement.value, told, carriers, module):
            carriers |= {t.id for t in statement.targets if isinstance(t, ast.Name)}
        answer = _answer(statement)
        if answer is not None and (what := _leaks(answer, told, carriers, module)):
            yield module.finding(
                RULE,
                statement,
                f"the client is told {what}, which shows how the inside looks; log it and answer with a text of your own",
                evidence={"told": what},
            )


def _is_broad(kind: ast.expr | None, module: Module) -> bool:
    kinds = kind.elts if isinstance(kind, ast.Tuple) else [kind]
    return any(k is not None and module.qualified(k) in _BROAD for k in kinds)


def _statements(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    for statement in body:
        yield statement
        for inner in (getattr(statement, "body", []), getattr(statement, "orelse", [])):
            yield from _statements(inner)


def _answer(statement: ast.stmt) -> ast.expr | None:
    """What a statement sends to the client: a result, an HTTP error, something written."""
    match statement:
        case ast.Return(value=value):
            return value
        case ast.Raise(exc=ast.Call() as raised) if "HTTP" in last_name(raised.func):
            return raised
        case ast.Expr(value=ast.Call(func=ast.Attribute(attr=name)) as call) if name in _ANSWERS:
            return call
        case ast.Expr(value=ast.Call(func=ast.Name(id="abort")) as call):
            return call
    return None


def _leaks(node: ast.expr, told: str | None, carriers: set[str], module: Module) -> str | None:
    for part in ast.walk(node):
        if isinstance(part, ast.Call) and module.qualified(part.func) in _TRACES:
            return "the traceback"
        if isinstance(part, ast.Name) and part.id in carriers:
            return "what was caught"
        if told and isinstance(part, ast.Name) and part.id == told:
            around = module.parent(part)
            shown = isinstance(around, ast.Call) and module.qualified(around.func) in _TEXTS
            if shown or isinstance(around, ast.FormattedValue):
                return "the text of any exception"
    return None
