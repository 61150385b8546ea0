"""A route for administrators answers everyone.

Finds handlers below ``/admin`` that change or show something and ask nowhere who is calling: no decorator or
dependency beside the route, no look at a user, a session, a role or a token, in a module that guards its
routes in no other way either. Addresses are no secret.

Ask for the right with a decorator or a dependency on the router, and refuse everyone else.

Leave it where a middleware or a proxy in front of the application asks, and say so in a suppression.
"""

import ast
import re
from collections.abc import Iterator

from autovet.checks.vocabulary.expressions import last_name
from autovet.checks.vocabulary.web_handlers import routes_of
from autovet.domain.category import Category
from autovet.domain.finding import Finding
from autovet.domain.rule import Rule
from autovet.source.module import Module
from autovet.source.scopes import FunctionNode

RULE = Rule("unprotected-admin-route", Category.SECURITY, confidence=0.55, cwe=862)

_ADMIN = re.compile(r"(?:^|/)admin(?:istration)?(?:/|$)", re.IGNORECASE)
_ASKS = re.compile(r"user|session|role|admin|auth|token|permission|login|logged|identity|principal|staff|superuser|api_?key|secret|credential|jwt|owner|forbid|guard|protect|policy|scope|cookie|header|signature", re.IGNORECASE)  # fmt: skip
_ELSEWHERE = frozenset({"before_request", "before_app_request", "middleware", "add_middleware", "dependencies", "Security", "LoginManager", "HTTPBasic", "OAuth2PasswordBearer"})  # fmt: skip
_ENTRANCES = re.compile(r"log_?in|log_?out|sign_?in|reset|health", re.IGNORECASE)

BAD = (
    """
from flask import Flask, redirect

app = Flask(__name__)

@app.route("/admin/books/<int:number>/delete", methods=["POST"])
def remove_book(number):  # <--
    book = Book.query.get_or_404(number)
    db.delete(book)
    return redirect("/admin/books")
""",
    """
from fastapi import APIRouter

router = APIRouter(prefix="/admin")

@router.post("/rates")
def set_rate(currency: str, rate: float):  # <--
    RATES[currency] = rate
    return {}
""",
)

GOOD = (
    """
from flask import Flask, redirect, session, abort

app = Flask(__name__)

@app.route("/admin/books/<int:number>/delete", methods=["POST"])
@staff_only
def remove_book(number):
    Book.query.get_or_404(number).remove()
    return redirect("/admin/books")

@app.post("/admin/rates")
def set_rate():
    if session.get("role") != "boss":
        abort(403)
    RATES.clear()
    return {}

@app.route("/admin/login")
def sign_in():
    return {}

@app.get("/books")
def books():
    return {}
""",
    """
from fastapi import APIRouter, Depends

router = APIRouter(prefix="/admin", dependencies=[Depends(boss)])

@router.post("/rates")
def set_rate(currency: str, rate: float):
    RATES[currency] = rate
    return {}
""",
)


def check(function: ast.FunctionDef | ast.AsyncFunctionDef, module: Module) -> Iterator[Finding]:
    """Report handlers below /admin that ask nobody."""
    if not function.decorator_list or "admin" not in module.text or module.is_test:
        return
    routes = routes_of(function, module)
    if not any(_ADMIN.search(r.path) for r in routes) or any(
        _ENTRANCES.search(r.path) for r in routes
    ):
        return
    declared = {id(r.decorator) for r in routes}
    if any(id(d) not in declared for d in function.decorator_list) or _asks(function):
        return
    if _is_guarded_elsewhere(module):
        return
    yield module.finding(
        RULE,
        module.header_span(function),
        f"{function.name}() answers everyone who knows its address; ask for the right of an administrator",
        evidence={"routes": [r.path for r in routes]},
    )


def _asks(function: FunctionNode) -> bool:
    """Whether anything beside what the function loads speaks of who is calling."""
    given = [*function.args.defaults, *filter(None, function.args.kw_defaults)]
    if any(isinstance(d, ast.Call) for d in given):
        return True
    annotations = [
        a.annotation for a in (*function.args.args, *function.args.kwonlyargs) if a.annotation
    ]
    if any(isinstance(n, ast.Call) for a in annotations for n in ast.walk(a)):
        return True
    for statement in function.body:
        for node in ast.walk(statement):
            tested = isinstance(node, ast.If) and any(
                _ASKS.search(last_name(n)) for n in ast.walk(node.test)
            )
            called = isinstance(node, ast.Call) and bool(_CALLS.search(last_name(node.func)))
            if tested or called:
                return True
            if isinstance(node, ast.Name) and node.id in {"current_user", "session", "g"}:
                return True
    return False


_CALLS = re.compile(
    r"^_?(?:require|check|ensure|verify|assert|authori[sz]e|authenticate|validate)_?", re.IGNORECASE
)


def _is_guarded_elsewhere(module: Module) -> bool:
    if "guards elsewhere" not in module.memo:
        named = any(a.attr in _ELSEWHERE for a in module.nodes(ast.Attribute))
        named = named or any(n.id in _ELSEWHERE for n in module.nodes(ast.Name))
        module.memo["guards elsewhere"] = named or any(k.arg in _ELSEWHERE for k in module.nodes(ast.keyword))  # fmt: skip
    return bool(module.memo["guards elsewhere"])
