"""A cookie is set with a protection switched off or left out.

Finds ``set_cookie`` calls and session settings that say ``secure=False`` or ``httponly=False``, and cookies whose
name says that they sign somebody in and that lack one of the two. Without
``Secure`` the cookie travels in clear text over plain HTTP; without ``HttpOnly`` any script on the page
can read it.

Set both to true; drive a development exception from the configuration.

Leave ``httponly=False`` for values that scripts must read and that are no credentials.
"""

import ast
import re
from collections.abc import Iterator

from autovet.checks.vocabulary.expressions import last_name
from autovet.domain.category import Category
from autovet.domain.finding import Finding
from autovet.domain.fix import Fix
from autovet.domain.rule import Rule
from autovet.source.module import Module

RULE = Rule("insecure-cookie", Category.SECURITY, confidence=0.85, cwe=614)

_SETTINGS = frozenset({"SESSION_COOKIE_SECURE", "SESSION_COOKIE_HTTPONLY", "CSRF_COOKIE_SECURE", "REMEMBER_COOKIE_SECURE", "REMEMBER_COOKIE_HTTPONLY"})  # fmt: skip

_CREDENTIAL = re.compile(r"session|token|auth|jwt|(?:^|_)sid$|login|remember|credential|secret|^user(?:_?(?:id|name))?$", re.IGNORECASE)  # fmt: skip
_PROTECTIONS = {
    "secure": (6, 614),
    "httponly": (7, 1004),
}  # with the position in Flask's and Django's signature

BAD = (
    """
def sign_in(response, session_id):
    response.set_cookie("session", session_id, secure=False, httponly=True)  # <--
    return response
""",
    """
from flask import Flask

app = Flask(__name__)
app.config["SESSION_COOKIE_SECURE"] = False  # <--
""",
    """
def sign_in(response, token):
    response.set_cookie("auth_token", token, httponly=True)  # <--
    return response
""",
    """
from flask import Flask
from starlette.middleware.sessions import SessionMiddleware

app = Flask(__name__)
app.config.update(SESSION_COOKIE_SECURE=False, TESTING=False)  # <--

def guarded(inner, key):
    return SessionMiddleware(inner, secret_key=key, https_only=False)  # <--
""",
)

GOOD = (
    """
def sign_in(response, session_id, settings):
    response.set_cookie("session", session_id, secure=True, httponly=True, samesite="Lax")
    response.set_cookie("theme", "dark", secure=settings.https)
    response.set_cookie("csrftoken", "x", secure=True, httponly=False)
    response.set_cookie("session", "", max_age=0)
    response.set_cookie("session", session_id, **settings.cookie)
    return response
""",
    """
from flask import Flask

app = Flask(__name__)
app.config["SESSION_COOKIE_SECURE"] = True
app.config["SESSION_COOKIE_NAME"] = "sid"
""",
)


def check(node: ast.Call | ast.Assign, module: Module) -> Iterator[Finding]:
    """Report protections that are explicitly off."""
    if module.is_test:
        return
    if isinstance(node, ast.Call):
        yield from _configured(node, module)
        if not (isinstance(node.func, ast.Attribute) and node.func.attr in {"set_cookie", "set_signed_cookie"}):  # fmt: skip
            return
        first = node.args[0] if node.args else None
        name = str(first.value).lower() if isinstance(first, ast.Constant) else ""
        for keyword in node.keywords:
            off = isinstance(keyword.value, ast.Constant) and keyword.value.value is False
            if keyword.arg == "secure" and off:
                yield _finding(module, node, keyword.value, "secure", 614)
                return
            if keyword.arg == "httponly" and off and "csrf" not in name and "xsrf" not in name:
                yield _finding(module, node, keyword.value, "httponly", 1004)
                return
        yield from _left_out(node, name, module)
        return
    for target in node.targets:
        key = target.slice.value if isinstance(target, ast.Subscript) and isinstance(target.slice, ast.Constant) else getattr(target, "id", "")  # fmt: skip
        if key in _SETTINGS and isinstance(node.value, ast.Constant) and node.value.value is False:
            yield _finding(module, node, node.value, str(key), 1004 if "HTTPONLY" in str(key) else 614)  # fmt: skip


def _configured(call: ast.Call, module: Module) -> Iterator[Finding]:
    """``app.config.update(SESSION_COOKIE_SECURE=False)`` and the sessions of Starlette."""
    is_update = isinstance(call.func, ast.Attribute) and call.func.attr == "update" and last_name(call.func.value) == "config"  # fmt: skip
    sessions = [call.func, *call.args[:1]]
    is_session = any(last_name(s) == "SessionMiddleware" for s in sessions)
    for keyword in call.keywords if is_update or is_session else ():
        off = isinstance(keyword.value, ast.Constant) and keyword.value.value is False
        named = keyword.arg in _SETTINGS if is_update else keyword.arg == "https_only"
        if off and named and keyword.arg:
            yield _finding(module, keyword.value, keyword.value, keyword.arg, 1004 if "HTTPONLY" in keyword.arg else 614)  # fmt: skip


def _left_out(call: ast.Call, name: str, module: Module) -> Iterator[Finding]:
    """Protections that a cookie with a credential lacks."""
    value = call.args[1] if len(call.args) > 1 else next((k.value for k in call.keywords if k.arg == "value"), None)  # fmt: skip
    given = {k.arg for k in call.keywords}
    is_removed = isinstance(value, ast.Constant) and not value.value
    if (
        not _CREDENTIAL.search(name)
        or "csrf" in name
        or "xsrf" in name
        or value is None
        or is_removed
        or None in given
    ):
        return
    for flag, (position, cwe) in _PROTECTIONS.items():
        if flag not in given and len(call.args) <= position:
            harm = "any script can read it" if cwe == 1004 else "it travels over plain HTTP"
            yield module.finding(RULE, call, f"the cookie {name!r} lacks {flag}, so {harm}; set {flag}=True", evidence={"flag": flag}, cwe=cwe)  # fmt: skip
            return


def _finding(module: Module, where: ast.AST, value: ast.expr, flag: str, cwe: int) -> Finding:
    harm = "any script can read the cookie" if cwe == 1004 else "the cookie travels over plain HTTP"
    fix = Fix((module.replace(value, "True"),), "switch the protection on")
    return module.finding(RULE, where, f"{flag} is off, so {harm}; set it to True", evidence={"flag": flag}, cwe=cwe, fix=fix)  # fmt: skip
