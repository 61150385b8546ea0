"""An application is started or configured with its debugger on.

Finds ``debug=True`` where a web application is created or run, ``app.debug = True`` and ``DEBUG = True`` in
Django settings. Error pages then show source, settings and local variables to every visitor, and Flask's
lets him run code.

Take it from the environment, off unless somebody asks for it.

Leave it in a settings file for development that no deployment loads.
"""

import ast
import re
from collections.abc import Iterator

from autovet.checks.vocabulary.arguments import is_constant
from autovet.checks.vocabulary.called_names import called_name
from autovet.checks.vocabulary.expressions import last_name
from autovet.checks.vocabulary.value_types import type_of
from autovet.domain.category import Category
from autovet.domain.finding import Finding
from autovet.domain.fix import Fix
from autovet.domain.rule import Rule
from autovet.source.module import Module

RULE = Rule("debug-mode", Category.SECURITY, confidence=0.85, cwe=489)

_APPLICATIONS = frozenset({"fastapi.FastAPI", "starlette.applications.Starlette", "tornado.web.Application", "litestar.Litestar", "flask_socketio.SocketIO", "sanic.Sanic", "dash.Dash"})  # fmt: skip
_RUNS = re.compile(r"^(?:flask\.Flask|quart\.Quart|bottle|bottle\.Bottle|sanic\.Sanic|dash\.Dash)\.run(?:_server)?$")  # fmt: skip
_DEVELOPMENT = re.compile(r"dev|local|debug|test", re.IGNORECASE)
_DJANGO = frozenset(
    {"INSTALLED_APPS", "ALLOWED_HOSTS", "ROOT_URLCONF", "MIDDLEWARE", "SECRET_KEY", "DATABASES"}
)

BAD = (
    """
from flask import Flask

app = Flask(__name__)
app.config["DEBUG"] = True  # <--

if __name__ == "__main__":
    app.run(host="0.0.0.0", debug=True)  # <--
""",
    """
from fastapi import FastAPI

app = FastAPI(title="shop", debug=True)  # <--
""",
    """
ALLOWED_HOSTS = ["shop.example"]
ROOT_URLCONF = "shop.urls"
DEBUG = True  # <--
""",
)

GOOD = (
    """
import os
from flask import Flask

app = Flask(__name__)
app.config["DEBUG"] = os.environ.get("SHOP_DEBUG") == "1"
app.run(debug=app.config["DEBUG"])
""",
    """
DEBUG = True

def trace(console, text):
    if DEBUG:
        console.print(text, debug=True)
""",
)


def check(node: ast.Call | ast.Assign, module: Module) -> Iterator[Finding]:
    """Report debuggers that are on."""
    if module.is_test or _DEVELOPMENT.search(module.path.rpartition("/")[2]):
        return
    if isinstance(node, ast.Call):
        for keyword in node.keywords:
            if keyword.arg == "debug" and is_constant(keyword.value, True, module) and _serves(node, module):  # fmt: skip
                yield _finding(node, keyword.value, module)
        return
    value = node.value
    if not (isinstance(value, ast.Constant) and value.value is True):
        return
    for target in node.targets:
        if _is_setting(target, module):
            yield _finding(node, value, module)


def _serves(call: ast.Call, module: Module) -> bool:
    name = called_name(call, module) or ""
    if name in _APPLICATIONS or _RUNS.match(name):
        return True
    func = call.func
    return isinstance(func, ast.Attribute) and func.attr == "run" and last_name(func.value) in {"app", "application"} and type_of(func.value, module) is None  # fmt: skip


def _is_setting(target: ast.expr, module: Module) -> bool:
    match target:
        case ast.Name(id="DEBUG"):
            bound = module.scopes.module.bindings
            return module.function_of(target) is None and len(_DJANGO & bound.keys()) > 1
        case ast.Subscript(value=ast.Attribute(attr="config"), slice=ast.Constant(value="DEBUG")):
            return True
        case ast.Attribute(attr="debug", value=value):
            kind = type_of(value, module) or ""
            return kind in _APPLICATIONS or kind in {"flask.Flask", "quart.Quart"}
    return False


def _finding(where: ast.AST, value: ast.expr, module: Module) -> Finding:
    edit = module.replace(value, "False")
    return module.finding(
        RULE,
        where,
        "the debugger shows source and settings to every visitor, or lets him run code; switch it on from the environment only",
        fix=Fix((edit,), "switch the debugger off"),
    )
