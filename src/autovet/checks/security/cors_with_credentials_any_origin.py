"""Every site may send requests with the visitor's credentials.

Finds CORS settings that allow credentials together with any origin (``*`` or an all-matching pattern), Django's
settings for it, and answers that send back whatever origin asked together with permission for credentials.
Any page that a signed-in visitor opens can then read and change data in his name.

List the origins that belong to the application.

Leave it for nothing: an interface that is really public needs no credentials.
"""

import ast
from collections.abc import Iterator

from autovet.checks.vocabulary.arguments import is_constant
from autovet.checks.vocabulary.expressions import last_name
from autovet.domain.category import Category
from autovet.domain.finding import Finding
from autovet.domain.rule import Rule
from autovet.domain.severity import Severity
from autovet.source.module import Module

RULE = Rule(
    "cors-with-credentials-any-origin",
    Category.SECURITY,
    severity=Severity.WARNING,
    confidence=0.9,
    cwe=942,
)

_ORIGINS = frozenset({"allow_origins", "origins", "allow_origin_regex", "allowed_origins"})
_ORIGIN_HEADER = "access-control-allow-origin"
_CREDENTIALS_HEADER = "access-control-allow-credentials"
_CREDENTIALS = frozenset({"allow_credentials", "supports_credentials"})

BAD = (
    """
from fastapi import FastAPI
from fastapi.middleware.cors import CORSMiddleware

app = FastAPI()
app.add_middleware(CORSMiddleware, allow_origins=["*"], allow_credentials=True)  # <--
""",
    """
from flask import Flask
from flask_cors import CORS

app = Flask(__name__)
ANYONE = "*"
CORS(app, origins=ANYONE, supports_credentials=True)  # <--
CORS(app, resources={"/api/*": {"origins": "*"}}, supports_credentials=True)  # <--

@app.after_request
def permit(response):
    response.headers["Access-Control-Allow-Origin"] = request.headers.get("Origin")  # <--
    response.headers["Access-Control-Allow-Credentials"] = "true"
    return response
""",
    """
CORS_ALLOW_ALL_ORIGINS = True  # <--
CORS_ALLOW_CREDENTIALS = True
""",
)

GOOD = (
    """
from fastapi import FastAPI
from fastapi.middleware.cors import CORSMiddleware

app = FastAPI()
app.add_middleware(CORSMiddleware, allow_origins=["https://shop.example"], allow_credentials=True)
""",
    """
from flask import Flask
from flask_cors import CORS

app = Flask(__name__)
CORS(app, origins="*", supports_credentials=False)
TRUSTED = {"https://shop.example"}

@app.after_request
def permit(response):
    origin = request.headers.get("Origin")
    if origin in TRUSTED:
        response.headers["Access-Control-Allow-Origin"] = origin
        response.headers["Access-Control-Allow-Credentials"] = "true"
    return response
""",
)


def check(node: ast.Call | ast.Assign, module: Module) -> Iterator[Finding]:
    """Report calls, settings and headers that allow both."""
    if isinstance(node, ast.Call):
        yield from _called(node, module)
    elif not module.is_test:
        yield from _assigned(node, module)


def _assigned(node: ast.Assign, module: Module) -> Iterator[Finding]:
    match node.targets[0]:
        case ast.Name(id="CORS_ALLOW_ALL_ORIGINS" | "CORS_ORIGIN_ALLOW_ALL"):
            credentials = [n for n in module.nodes(ast.Assign) if isinstance(n.targets[0], ast.Name) and n.targets[0].id == "CORS_ALLOW_CREDENTIALS"]  # fmt: skip
            if is_constant(node.value, True, module) and any(is_constant(c.value, True, module) for c in credentials):  # fmt: skip
                yield _finding(node, "CORS_ALLOW_ALL_ORIGINS", module)
        case ast.Subscript(slice=ast.Constant(value=str(name))) if name.lower() == _ORIGIN_HEADER:
            value = (module.assigned(node.value) if isinstance(node.value, ast.Name) else None) or node.value  # fmt: skip
            echoes = any(isinstance(n, ast.Constant) and str(n.value).lower() in {"origin", "http_origin"} for n in ast.walk(value))  # fmt: skip
            if echoes and _permits_credentials(node, module) and not _is_compared(node, module):
                yield _finding(node, name, module)


def _permits_credentials(node: ast.Assign, module: Module) -> bool:
    around = module.function_of(node) or module.tree
    return any(isinstance(n, ast.Constant) and str(n.value).lower() == _CREDENTIALS_HEADER for n in ast.walk(around))  # fmt: skip


def _is_compared(node: ast.Assign, module: Module) -> bool:
    """Whether the function looks at the origin before it permits it."""
    around = module.function_of(node) or module.tree
    tests = [n for n in ast.walk(around) if isinstance(n, (ast.Compare, ast.Call))]
    for test in tests:
        if isinstance(test, ast.Compare) and any(isinstance(op, (ast.In, ast.NotIn, ast.Eq, ast.NotEq)) for op in test.ops):  # fmt: skip
            return True
        if isinstance(test, ast.Call) and any(w in last_name(test.func).lower() for w in ("allow", "match", "trust", "valid")):  # fmt: skip
            return True
    return False


def _called(call: ast.Call, module: Module) -> Iterator[Finding]:
    given = {k.arg: module.assigned(k.value) or k.value for k in call.keywords if k.arg}
    given |= _for_resources(given.get("resources"))
    credentials = next((given[k] for k in _CREDENTIALS if k in given), None)
    if not isinstance(credentials, ast.Constant) or credentials.value is not True:
        return
    for key in _ORIGINS & given.keys():
        origins = given[key]
        values = [origins]
        if isinstance(origins, (ast.List, ast.Tuple, ast.Set)):
            values = origins.elts
        if any(isinstance(v, ast.Constant) and v.value in {"*", ".*", "https?://.*", "^.*$"} for v in values):  # fmt: skip
            yield _finding(call, key, module)
            return


def _for_resources(resources: ast.expr | None) -> dict[str, ast.expr]:
    """The settings that Flask-CORS takes for single addresses."""
    rules = resources.values if isinstance(resources, ast.Dict) else []
    return {
        str(key.value): value
        for rule in rules
        if isinstance(rule, ast.Dict)
        for key, value in zip(rule.keys, rule.values, strict=True)
        if isinstance(key, ast.Constant)
    }


def _finding(where: ast.AST, setting: str, module: Module) -> Finding:
    return module.finding(
        RULE,
        where,
        "any site may send requests with the visitor's credentials; list the trusted origins",
        evidence={"setting": setting},
    )
