"""A cookie is set with a protection switched off.

Finds ``set_cookie`` calls and session settings that say ``secure=False`` or ``httponly=False``. Without
``Secure`` the cookie travels in clear text over plain HTTP; without ``HttpOnly`` any script on the page
can read it.

Set both to true; drive a development exception from the configuration.

Leave ``httponly=False`` for values that scripts must read and that are no credentials.
"""

import ast
from collections.abc import Iterator

from autovet.domain.category import Category
from autovet.domain.finding import Finding
from autovet.domain.fix import Fix
from autovet.domain.rule import Rule
from autovet.source.module import Module

RULE = Rule("insecure-cookie", Category.SECURITY, confidence=0.85, cwe=614)

_SETTINGS = frozenset({"SESSION_COOKIE_SECURE", "SESSION_COOKIE_HTTPONLY", "CSRF_COOKIE_SECURE", "REMEMBER_COOKIE_SECURE", "REMEMBER_COOKIE_HTTPONLY"})  # fmt: skip

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
)

GOOD = (
    """
def sign_in(response, session_id, settings):
    response.set_cookie("session", session_id, secure=True, httponly=True, samesite="Lax")
    response.set_cookie("theme", "dark", secure=settings.https)
    response.set_cookie("csrftoken", "x", secure=True, httponly=False)
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
        return
    for target in node.targets:
        key = target.slice.value if isinstance(target, ast.Subscript) and isinstance(target.slice, ast.Constant) else getattr(target, "id", "")  # fmt: skip
        if key in _SETTINGS and isinstance(node.value, ast.Constant) and node.value.value is False:
            yield _finding(module, node, node.value, str(key), 1004 if "HTTPONLY" in str(key) else 614)  # fmt: skip


def _finding(module: Module, where: ast.AST, value: ast.expr, flag: str, cwe: int) -> Finding:
    harm = "any script can read the cookie" if cwe == 1004 else "the cookie travels over plain HTTP"
    fix = Fix((module.replace(value, "True"),), "switch the protection on")
    return module.finding(RULE, where, f"{flag} is off, so {harm}; set it to True", evidence={"flag": flag}, cwe=cwe, fix=fix)  # fmt: skip
