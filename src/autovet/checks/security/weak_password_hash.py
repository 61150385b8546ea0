"""A password is hashed with a fast hash.

Finds MD5, SHA-1, SHA-2 and the like over a value that is named as a password. Fast hashes let an
attacker who got the table try billions of guesses a second, salted or not.

Use a slow password hash: ``hashlib.scrypt``, ``hashlib.pbkdf2_hmac`` with many rounds, argon2 or
bcrypt, each with a random salt.

Leave it where a protocol prescribes the digest (HTTP digest, a breach look-up by prefix).
"""

import ast
import re
from collections.abc import Iterator

from autovet.checks.vocabulary.called_names import called_name
from autovet.domain.category import Category
from autovet.domain.finding import Finding
from autovet.domain.rule import Rule
from autovet.domain.severity import Severity
from autovet.source.module import Module

RULE = Rule(
    "weak-password-hash", Category.SECURITY, severity=Severity.ERROR, confidence=0.85, cwe=916
)

_FAST = frozenset(f"hashlib.{n}" for n in ("md5", "sha1", "sha224", "sha256", "sha384", "sha512", "sha3_256", "sha3_512", "blake2b", "blake2s", "new"))  # fmt: skip
_OLD_SCHEMES = re.compile(r"passlib\.hash\.(?:md5_crypt|apr_md5_crypt|des_crypt|bsdi_crypt|bigcrypt|crypt16|sha1_crypt|nthash|lmhash|hex_\w+|ldap_(?:md5|sha1|hex_\w+|plaintext|salted_\w+)|plaintext|mysql323|oracle10|atlassian_pbkdf2_sha1|django_(?:salted_\w+|des_crypt|disabled)|phpass)\.(?:using\(.*\)\.)?(?:hash|encrypt)$")  # fmt: skip
_PASSWORD = re.compile(r"(?:^|_)(?:password|passwd|passphrase|pwd|pass_word|pin_code)(?:_|$|s$)|^(?:pw|pass)$", re.IGNORECASE)  # fmt: skip
_NOT = re.compile(r"hash|digest|reset|token|_id$|file|path|field|url|salt|version|policy", re.IGNORECASE)  # fmt: skip

BAD = (
    """
import hashlib

def stored(password: str, salt: bytes) -> str:
    return hashlib.sha256(salt + password.encode()).hexdigest()  # <--
""",
    """
import hashlib

def check(user, form):
    digest = hashlib.new("sha512")
    digest.update(form["password"].encode())  # <--
    return digest.hexdigest() == user.secret

def store(user, form):
    seal = hashlib.md5()
    seal.update(form.data["pass"])  # <--
    seal = seal.hexdigest()
    user.secret = seal
""",
    """
from passlib.hash import md5_crypt

def stored(secret):
    return md5_crypt.hash(secret)  # <--
""",
)

GOOD = (
    """
import hashlib
import os

def stored(password: str) -> bytes:
    salt = os.urandom(16)
    return salt + hashlib.scrypt(password.encode(), salt=salt, n=2**14, r=8, p=1)
""",
    """
import hashlib

def cache_key(password_policy: str, url: str) -> str:
    return hashlib.sha256(f"{password_policy}{url}".encode()).hexdigest()

def leaked(password: str) -> str:
    return hashlib.sha1(password.encode(), usedforsecurity=False).hexdigest()[:5]
""",
)


def check(call: ast.Call, module: Module) -> Iterator[Finding]:
    """Report fast hashes of passwords."""
    name = called_name(call, module)
    if name is not None and _OLD_SCHEMES.match(name) and call.args:
        yield module.finding(
            RULE,
            call,
            f"{name} is fast or broken, so stolen hashes are guessed quickly; use argon2, scrypt or bcrypt",
            evidence={"call": name},
        )
        return
    if name not in _FAST:
        if not (isinstance(call.func, ast.Attribute) and call.func.attr == "update"):
            return
        made = _made(call.func.value, module)
        name = called_name(made, module) if isinstance(made, ast.Call) else None
        if name not in _FAST:
            return
    if any(k.arg == "usedforsecurity" for k in call.keywords):
        return
    data = call.args[1:2] if name == "hashlib.new" and call.func.__class__ is ast.Attribute and module.qualified(call.func) else call.args[:1]  # fmt: skip
    password = next((n for a in data for n in _names(a) if _PASSWORD.search(n) and not _NOT.search(n)), None)  # fmt: skip
    if password is None:
        return
    yield module.finding(
        RULE,
        call,
        f"{name} is fast, so a stolen hash of {password!r} is guessed quickly; use hashlib.scrypt, argon2 or bcrypt",
        evidence={"call": name, "value": password},
    )


def _made(holder: ast.expr, module: Module) -> ast.expr | None:
    """What a name was last assigned before, in the same function."""
    if not isinstance(holder, ast.Name):
        return None
    scope = module.scopes.of(holder).lookup(holder.id)
    bound = scope.bindings[holder.id] if scope else []
    before = [b for b in bound if isinstance(b, ast.Name) and b.lineno < holder.lineno]
    statement = module.parent(max(before, key=lambda b: b.lineno)) if before else None
    return statement.value if isinstance(statement, ast.Assign) else None


def _names(node: ast.expr) -> Iterator[str]:
    for part in ast.walk(node):
        if isinstance(part, ast.Name):
            yield part.id
        elif isinstance(part, ast.Attribute):
            yield part.attr
        elif isinstance(part, ast.Subscript) and isinstance(part.slice, ast.Constant):
            yield str(part.slice.value)
