"""Every site may send requests with the visitor's credentials.

Finds CORS settings that allow credentials together with any origin (``*`` or an all-matching pattern).
Any page that a signed-in visitor opens can then read and change data in his name.

List the origins that belong to the application.

Leave it for nothing: an interface that is really public needs no credentials.
"""

import ast
from collections.abc import Iterator

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
""",
)


def check(call: ast.Call, module: Module) -> Iterator[Finding]:
    """Report calls that allow both."""
    given = {k.arg: module.assigned(k.value) or k.value for k in call.keywords if k.arg}
    credentials = next((given[k] for k in _CREDENTIALS if k in given), None)
    if not isinstance(credentials, ast.Constant) or credentials.value is not True:
        return
    for key in _ORIGINS & given.keys():
        origins = given[key]
        values = [origins]
        if isinstance(origins, (ast.List, ast.Tuple, ast.Set)):
            values = origins.elts
        if any(isinstance(v, ast.Constant) and v.value in {"*", ".*", "https?://.*", "^.*$"} for v in values):  # fmt: skip
            yield module.finding(
                RULE,
                call,
                "any site may send requests with the visitor's credentials; list the trusted origins",
                evidence={"setting": key},
            )
            return
