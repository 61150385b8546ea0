"""A password, key or token stands in the source.

Finds literals with the shape of a known kind of key, private key blocks, passwords inside connection
addresses, and random-looking literals given to names such as ``API_KEY`` or ``db_password``. Whoever can
read the repository, a package or a stack trace has the secret, and history keeps it for ever.

Read it from the environment or a secret store, and revoke the one that was committed.

Leave it for published test keys and examples: name them so, or keep them in the tests.
"""

import ast
from collections.abc import Iterator

from autovet.checks.vocabulary.credentials import known_shape, looks_random, names_credential
from autovet.domain.category import Category
from autovet.domain.finding import Finding
from autovet.domain.rule import Rule
from autovet.domain.severity import Severity
from autovet.source.module import Module

RULE = Rule(
    "hardcoded-secret", Category.SECURITY, severity=Severity.ERROR, confidence=0.85, cwe=798
)

# no scanner that reads this file should take the example for a key
_KEY_ID = "AKIA" + "Z7Q2MDL4XKPW3RTB"

BAD = (
    """
PAYMENT_API_KEY = "q7Zr2LmX9vTd4KwB8nYs"  # <--
SERVICE = connect(host="mail.internal", password="Wint3r!harbour")  # <--
""",
    f"""
import os

class Settings:
    region = os.environ["REGION"]
    key_id = "{_KEY_ID}"  # <--
    database = "postgresql://shop:mP4x9rLq@db7.internal/shop"  # <--
""",
    """
settings = {}
settings["PASS"] = "Harbour7light"  # <--
""",
)

GOOD = (
    """
import os

API_KEY = os.environ["API_KEY"]
PASSWORD_FIELD = "password"
TOKEN = "bearer_token"
SECRET_KEY = "change-me-please-123"
access_token = "X-Access-Token"
CACHE_KEY = "q7Zr2LmX9vTd4KwB8nYs"
DATABASE = "postgresql://app:password@localhost/app"
""",
    """
import re

TOKEN = re.compile(r"[a-z0-9]{20}")
NEXT_TOKEN = "nextPageToken"
DIGEST = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"

def page(token="", password=None, secret="<your secret here>"):
    return token
""",
)


def check(constant: ast.Constant, module: Module) -> Iterator[Finding]:
    """Report literals that are secrets."""
    text = constant.value
    if not isinstance(text, str) or len(text) < 6 or module.is_test:
        return
    parent = module.parent(constant)
    if isinstance(parent, (ast.Expr, ast.JoinedStr, ast.Compare)):
        return
    what = known_shape(text)
    confidence = 0.95
    if what is None and len(text) <= 200:
        name = _given_to(constant, parent, module)
        if name is None or not looks_random(text, name):
            return
        what, confidence = f"a secret ({name})", 0.8
    if what is None:
        return
    yield module.finding(
        RULE,
        constant,
        f"the source holds {what}, readable for everyone who has the code; take it from the environment and revoke it",
        confidence=confidence,
        evidence={"what": what, "starts": text[:4], "length": len(text)},
    )


def _given_to(constant: ast.Constant, parent: ast.AST | None, module: Module) -> str | None:
    names: list[str] = []
    match parent:
        case ast.Assign():
            names = [_name_of(t) for t in parent.targets]
        case ast.AnnAssign():
            names = [_name_of(parent.target)]
        case ast.keyword(arg=str(name)):
            names = [name]
        case ast.Dict():
            position = next((i for i, v in enumerate(parent.values) if v is constant), None)
            key = parent.keys[position] if position is not None else None
            names = [str(key.value)] if isinstance(key, ast.Constant) else []
        case ast.arguments():
            plain = [*parent.posonlyargs, *parent.args]
            pairs = [*zip(reversed(plain), reversed(parent.defaults), strict=False)]
            keyword_only = [(a, d) for a, d in zip(parent.kwonlyargs, parent.kw_defaults, strict=True) if d]  # fmt: skip
            names = [a.arg for a, d in [*pairs, *keyword_only] if d is constant]
        case ast.Call() if constant in parent.args[1:] and (module.qualified(parent.func) or "") in {"os.getenv", "os.environ.get"}:  # fmt: skip
            first = parent.args[0]
            names = [str(first.value)] if isinstance(first, ast.Constant) else []
    return next((n for n in names if names_credential(n)), None)


def _name_of(target: ast.expr) -> str:
    if isinstance(target, ast.Subscript) and isinstance(target.slice, ast.Constant):
        return str(target.slice.value)
    return target.attr if isinstance(target, ast.Attribute) else getattr(target, "id", "")
