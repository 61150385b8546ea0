"""A broken hash function is used where somebody may look for a collision.

Finds MD5, SHA-1 and MD4 from ``hashlib`` and PyCryptodome and ``cryptography``, unless the call says that it is
not for security or the name of what it makes says so: a cache key, an entity tag, a checksum. For MD5 and
SHA-1 anyone can make two texts with the same digest, so a signature, token or proof of origin that rests
on them can be forged.

Use SHA-256, or say ``usedforsecurity=False``; hash passwords slowly (``hashlib.scrypt``, argon2).

Leave it where a protocol prescribes the function, and say which.
"""

import ast
import re
from collections.abc import Iterator

from autovet.checks.vocabulary.arguments import argument, constant_of
from autovet.checks.vocabulary.called_names import called_name
from autovet.checks.vocabulary.expressions import last_name
from autovet.domain.category import Category
from autovet.domain.finding import Finding
from autovet.domain.fix import Fix
from autovet.domain.rule import Rule
from autovet.source.module import Module

RULE = Rule("weak-hash", Category.SECURITY, confidence=0.75, cwe=328)

_BROKEN = re.compile(r"^hashlib\.(?P<a>md5|sha1|md4)$|^(?:Crypto|Cryptodome)\.Hash\.(?P<b>MD[245]|SHA1?)\.new$|^(?:cryptography\.hazmat\.primitives\.)?hashes\.(?P<c>MD5|SHA1)$")  # fmt: skip
_BROKEN_NAMES = frozenset({"md5", "sha1", "md4", "sha-1"})
_HARMLESS = re.compile(r"cache|etag|checksum|bucket|fingerprint|shard|colou?r|avatar|gravatar|dedup|duplicate|partition|uniq|hash_?key|slug|file_?name|directory|folder|path|tmp|seed|template_name|module_name|short_?id|integrity|file_hash|content_hash|hash_?file|file_?md5|md5_?(?:of_)?file|file_?sha1|revision|version|commit|git", re.IGNORECASE)  # fmt: skip
_PASSWORD = re.compile(r"(?:^|_)(?:password|passwd|passphrase|pwd)$", re.IGNORECASE)

BAD = (
    """
import hashlib

def seal(text, salt):
    return hashlib.md5((text + salt).encode()).hexdigest()  # <--
""",
    """
from hashlib import new, sha1

def signature(secret, body):
    digest = sha1(secret)  # <--
    digest.update(body)
    other = new("md5", body)  # <--
    return digest.hexdigest() + other.hexdigest()
""",
)

GOOD = (
    """
import hashlib

def seal(text, salt):
    return hashlib.sha256((text + salt).encode()).hexdigest()

def cache_key(address):
    return hashlib.md5(address.encode()).hexdigest()

def answer(body):
    etag = hashlib.sha1(body).hexdigest()
    return etag, hashlib.md5(body, usedforsecurity=False).digest()
""",
    """
import hashlib

class FileChecksum:
    def of(self, chunks):
        digest = hashlib.md5()
        for chunk in chunks:
            digest.update(chunk)
        return digest.hexdigest()

def stored(password):
    return hashlib.md5(password.encode()).hexdigest()

def chosen(name, body):
    return hashlib.new(name, body)
""",
)


def check(call: ast.Call, module: Module) -> Iterator[Finding]:
    """Report broken functions whose purpose may be security."""
    if module.is_test:
        return
    name = called_name(call, module) or ""
    function = _broken(name, call, module)
    if function is None or _is_harmless(call, module) or _takes_password(call):
        return
    yield module.finding(
        RULE,
        call,
        f"collisions of {function} are cheap to make; use SHA-256, or say usedforsecurity=False where it does not matter",
        evidence={"call": name},
        fix=_fix(call, name, module),
    )


def _broken(name: str, call: ast.Call, module: Module) -> str | None:
    if any(k.arg == "usedforsecurity" for k in call.keywords):
        return None
    if name == "hashlib.new":
        chosen = str(constant_of(argument(call, 0, "name"), module)).lower()
        return chosen.upper() if chosen in _BROKEN_NAMES else None
    found = _BROKEN.match(name)
    return next(g for g in found.groups() if g).upper() if found else None


def _is_harmless(call: ast.Call, module: Module) -> bool:
    """Whether a name around says that nobody gains by a collision."""
    for ancestor in module.ancestors(call):
        names: list[str] = []
        match ancestor:
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):  # fmt: skip
                names = [name]
            case ast.Assign(targets=targets):
                names = [_target_name(t) for t in targets]
            case ast.AnnAssign(target=target):
                names = [_target_name(target)]
            case ast.keyword(arg=str(name)):
                names = [name]
            case ast.Call(func=func):
                names = [last_name(func)]
        if any(_HARMLESS.search(n) for n in names):
            return True
    return False


def _takes_password(call: ast.Call) -> bool:
    """Whether a password goes in directly: that is a matter of its own, whatever the function."""
    return any(_PASSWORD.search(last_name(n)) for a in call.args for n in ast.walk(a))


def _target_name(target: ast.expr) -> str:
    if isinstance(target, ast.Subscript) and isinstance(target.slice, ast.Constant):
        return str(target.slice.value)
    return last_name(target)


def _fix(call: ast.Call, name: str, module: Module) -> Fix | None:
    if name not in {"hashlib.md5", "hashlib.sha1"} or not isinstance(call.func, ast.Attribute):
        return None
    text = f"{module.segment(call.func.value)}.sha256"
    return Fix((module.replace(call.func, text),), "hash with SHA-256")
