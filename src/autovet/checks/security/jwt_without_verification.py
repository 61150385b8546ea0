"""A token is decoded without checking its signature.

Finds ``jwt.decode`` with ``verify_signature`` or ``verify`` set to false, with the algorithm ``none``
allowed, with the algorithm that the token itself names, and ``jose`` calls that switch verification off. Anyone can then write a token with any
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

_UNVERIFIED = frozenset({"jose.jwt.get_unverified_claims", "jose.jws.get_unverified_claims"})
_HEADERS = frozenset({"jwt.get_unverified_header", "jose.jwt.get_unverified_header"})

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
    """
import jwt

def claims(token, key):
    header = jwt.get_unverified_header(token)
    return jwt.decode(token, key, algorithms=[header["alg"]])  # <--
""",
    """
from jose import jwt

def subject(token):
    return jwt.get_unverified_claims(token)["sub"]  # <--
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
    name = module.qualified(call.func)
    if module.is_test or (name not in _DECODERS and name not in _UNVERIFIED):
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
    if module.qualified(call.func) in _UNVERIFIED:
        return "the claims are read without looking at the signature"
    for keyword in call.keywords:
        value = module.assigned(keyword.value) or keyword.value
        if keyword.arg == "options" and isinstance(value, ast.Dict):
            for key, setting in zip(value.keys, value.values, strict=True):
                if isinstance(key, ast.Constant) and key.value == "verify_signature" and _is_false(setting):  # fmt: skip
                    return "the signature is not verified"
        if keyword.arg in {"verify", "verify_signature"} and _is_false(value):
            return "the signature is not verified"
        if keyword.arg in {"algorithms", "algorithm"}:
            if _is_from_header(value, module):
                return "the token itself chooses the algorithm"
            for part in ast.walk(value):
                if (
                    isinstance(part, ast.Constant)
                    and str(part.value).lower() == "none"
                    and part.value
                ):
                    return "the algorithm none is allowed"
    return None


def _is_from_header(value: ast.expr, module: Module) -> bool:
    for part in ast.walk(value):
        read = module.assigned(part) if isinstance(part, ast.Name) else part
        if isinstance(read, ast.Call) and module.qualified(read.func) in _HEADERS:
            return True
    return False


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
