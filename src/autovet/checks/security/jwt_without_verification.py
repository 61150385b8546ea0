"""A token is decoded without checking its signature.

Finds ``jwt.decode`` with ``verify_signature`` or ``verify`` set to false, with the algorithm ``none``
allowed, and ``jose`` calls that switch verification off. Anyone can then write a token with any
subject and any rights.

Pass the key and the list of algorithms that the issuer really uses.

Leave it where the claims are only shown or logged and a verified decode follows.
"""

import ast
from collections.abc import Iterator

from autovet.domain.category import Category
from autovet.domain.finding import Finding
from autovet.domain.rule import Rule
from autovet.domain.severity import Severity
from autovet.source.module import Module

RULE = Rule(
    "jwt-without-verification", Category.SECURITY, severity=Severity.ERROR, confidence=0.9, cwe=347
)

_DECODERS = frozenset({"jwt.decode", "jwt.decode_complete", "jwt.api_jwt.decode", "jose.jwt.decode", "jose.jws.verify", "jwt.PyJWT.decode"})  # fmt: skip

BAD = (
    """
import jwt

def subject(token):
    return jwt.decode(token, options={"verify_signature": False})["sub"]  # <--
""",
    """
from jwt import decode

OPTIONS = {"verify_signature": False, "verify_exp": True}

def claims(token, key):
    return decode(token, key, algorithms=["HS256"], options=OPTIONS)  # <--

def lax(token, key):
    return decode(token, key, algorithms=["HS256", "none"])  # <--
""",
)

GOOD = (
    """
import jwt

def subject(token, key):
    return jwt.decode(token, key, algorithms=["HS256"])["sub"]

def key_id(token):
    return jwt.get_unverified_header(token)["kid"]
""",
    """
import jwt

def subject(token, keys):
    peeked = jwt.decode(token, options={"verify_signature": False})
    claims = jwt.decode(token, keys[peeked["iss"]], algorithms=["RS256"], options={"verify_aud": False})
    return claims["sub"]
""",
)


def check(call: ast.Call, module: Module) -> Iterator[Finding]:
    """Report decodes that do not verify."""
    if module.is_test or module.qualified(call.func) not in _DECODERS:
        return
    why = _why(call, module)
    if why is None:
        return
    if why != "the algorithm none is allowed" and _verified_later(call, module):
        return
    yield module.finding(
        RULE,
        call,
        f"{why}, so anyone can forge the claims; pass the key and the expected algorithms",
        evidence={"why": why},
    )


def _why(call: ast.Call, module: Module) -> str | None:
    for keyword in call.keywords:
        value = module.assigned(keyword.value) or keyword.value
        if keyword.arg == "options" and isinstance(value, ast.Dict):
            for key, setting in zip(value.keys, value.values, strict=True):
                if isinstance(key, ast.Constant) and key.value == "verify_signature" and _is_false(setting):  # fmt: skip
                    return "the signature is not verified"
        if keyword.arg in {"verify", "verify_signature"} and _is_false(value):
            return "the signature is not verified"
        if keyword.arg in {"algorithms", "algorithm"}:
            for part in ast.walk(value):
                if (
                    isinstance(part, ast.Constant)
                    and str(part.value).lower() == "none"
                    and part.value
                ):
                    return "the algorithm none is allowed"
    return None


def _is_false(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is False


def _verified_later(call: ast.Call, module: Module) -> bool:
    function = module.function_of(call)
    if function is None:
        return False
    return any(
        isinstance(n, ast.Call)
        and n is not call
        and n.lineno > call.lineno
        and module.qualified(n.func) in _DECODERS
        and _why(n, module) is None
        for n in ast.walk(function)
    )
