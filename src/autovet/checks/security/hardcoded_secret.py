"""A password, key or token stands in the source.

Finds literals with the shape of a known kind of key, private key blocks, passwords inside connection
addresses, and random-looking literals given to names such as ``API_KEY`` or ``db_password``. Whoever can
read the repository, a package or a stack trace has the secret, and history keeps it for ever.

Read it from the environment or a secret store, and revoke the one that was committed.

Leave it for published test keys and examples: name them so, or keep them in the tests.
"""

import ast
import math
import re
from collections import Counter
from collections.abc import Iterator

from autovet.domain.category import Category
from autovet.domain.finding import Finding
from autovet.domain.rule import Rule
from autovet.domain.severity import Severity
from autovet.source.module import Module

RULE = Rule(
    "hardcoded-secret", Category.SECURITY, severity=Severity.ERROR, confidence=0.85, cwe=798
)

_SHAPES = {
    "an AWS access key": re.compile(r"\b(?:AKIA|ASIA)[0-9A-Z]{16}\b"),
    "a GitHub token": re.compile(r"\b(?:gh[pousr]_[A-Za-z0-9]{36,}|github_pat_\w{40,})"),
    "a GitLab token": re.compile(r"\bglpat-[\w-]{20,}"),
    "a Stripe key": re.compile(r"\b(?:sk|rk)_live_[A-Za-z0-9]{16,}"),
    "a webhook secret": re.compile(r"\bwhsec_[A-Za-z0-9]{16,}"),
    "an API key": re.compile(r"\bsk-(?:live-|proj-|ant-)?[A-Za-z0-9_-]{20,}"),
    "a Slack token": re.compile(r"\bxox[abprs]-[A-Za-z0-9-]{10,}"),
    "a Google API key": re.compile(r"\bAIza[\w-]{35}\b"),
    "a private key": re.compile(r"-----BEGIN (?:[A-Z]+ )?PRIVATE KEY-----\s*[A-Za-z0-9+/=]{20}"),
}
_ADDRESS = re.compile(r"^[a-z][a-z0-9+]*://[^\s:/@{}]+:(?P<password>[^\s:/@{}$%<>*]{6,})@(?P<host>[^/:\s]+)")  # fmt: skip
_NAME = re.compile(
    r"(?:^|_)(?P<kind>password|passwd|pwd|passphrase|secret|secret_?key|api_?key|apikey|access_?key|private_?key|signing_?key|encryption_?key|jwt_?key|token|auth_?key|credentials?)$",
    re.IGNORECASE,
)
_PLACEHOLDER = re.compile(
    r"example|sample|placeholder|change.?me|your|dummy|fake|test|todo|insert|replace|redacted|default|xxx|\*\*\*|\.\.\.|<|\{|%s|\$|123456|abcdef|secret.?key|password$|^password|not.?a|none|null|invalid|insecure|dev[-_]",
    re.IGNORECASE,
)
_WORDS = re.compile(r"[a-zA-Z]+(?:[ _.:/-][a-zA-Z]+)*[_.:/-]?|[A-Z0-9_]+(?:-[A-Z][A-Za-z]*)*|https?://.*|[\w.]+:[\w.]+|/.*")  # fmt: skip
_LOCAL = frozenset(
    {"localhost", "127.0.0.1", "db", "postgres", "redis", "mysql", "host", "database"}
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
    what = _shape(text)
    confidence = 0.95
    if what is None and len(text) <= 200:
        name = _given_to(constant, parent, module)
        if name is None or not _looks_random(text, name):
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


def _shape(text: str) -> str | None:
    for what, shape in _SHAPES.items():
        match = shape.search(text)
        if match and not _PLACEHOLDER.search(match.group()) and _entropy(match.group()) > 3:
            return what
    address = _ADDRESS.match(text)
    if not address or address["host"].lower() in _LOCAL or _PLACEHOLDER.search(text):
        return None
    password = address["password"]
    return (
        "a password in an address" if not password.isalpha() or _entropy(password) > 3.2 else None
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
    return next((n for n in names if _NAME.search(n)), None)


def _name_of(target: ast.expr) -> str:
    if isinstance(target, ast.Subscript) and isinstance(target.slice, ast.Constant):
        return str(target.slice.value)
    return target.attr if isinstance(target, ast.Attribute) else getattr(target, "id", "")


def _looks_random(text: str, name: str) -> bool:
    if _PLACEHOLDER.search(text) or _WORDS.fullmatch(text) or " " in text.strip():
        return False
    if text != text.strip() or not text.isascii() or not text.isprintable():
        return False
    kinds = sum(any(test(c) for c in text) for test in (str.islower, str.isupper, str.isdigit))
    special = any(not c.isalnum() for c in text)
    if re.search(r"pass|pwd", name, re.IGNORECASE):
        return len(text) >= 8 and kinds + special >= 2 and _entropy(text) > 2.5
    return len(text) >= 16 and kinds >= 2 and any(c.isdigit() for c in text) and _entropy(text) > 3


def _entropy(text: str) -> float:
    """Shannon entropy of the characters, in bits a character."""
    counts = Counter(text)
    return -sum(n / len(text) * math.log2(n / len(text)) for n in counts.values())
