"""A file is read into memory whole, only to be handed to something that takes it piece by piece.

Finds ``digest.update(file.read())``, ``hashlib.sha256(path.read_bytes())`` and
``target.write(source.read())``.

A backup of some gigabytes needs that much memory for a checksum of 32 bytes.

Use ``hashlib.file_digest``, ``shutil.copyfileobj``, or read blocks in a loop. Leave it when the files
are small by their nature.
"""

import ast
from collections.abc import Iterator

from autovet.domain.category import Category
from autovet.domain.finding import Finding
from autovet.domain.rule import Rule
from autovet.domain.severity import Severity
from autovet.source.module import Module

RULE = Rule("whole-file-passed-on", Category.PERFORMANCE, confidence=0.75)

BAD = (
    """
import hashlib

def checksum(path):
    digest = hashlib.sha256()
    with open(path, "rb") as source:
        digest.update(source.read())  # <--
    return digest.hexdigest()
""",
    """
import hashlib
from pathlib import Path

def same(one: Path, other: Path) -> bool:
    first = hashlib.sha256(one.read_bytes())  # <--
    return first.digest() == hashlib.sha256(other.read_bytes()).digest()  # <--

def copied(path, target_path):
    with open(path, "rb") as source, open(target_path, "wb") as target:
        target.write(source.read())  # <--
""",
)

GOOD = (
    """
import hashlib

def checksum(path):
    with open(path, "rb") as source:
        return hashlib.file_digest(source, "sha256").hexdigest()

def blocks(path):
    digest = hashlib.sha256()
    with open(path, "rb") as source:
        while block := source.read(65536):
            digest.update(block)
    return digest.hexdigest()
""",
    """
import hashlib

def named(text):
    return hashlib.sha256(text.encode()).hexdigest()

def answered(response, digest, target):
    digest.update(response.read())
    target.write(response.read())
    return hashlib.md5(response.content)
""",
)


def check(call: ast.Call, module: Module) -> Iterator[Finding]:
    """Report the call that gets the whole file."""
    if len(call.args) != 1 or not isinstance(call.args[0], ast.Call) or module.is_test:
        return
    given, func = call.args[0], call.func
    if given.args or given.keywords or not isinstance(given.func, ast.Attribute):
        return
    reading = given.func.attr
    if reading not in {"read", "read_bytes"}:
        return
    hashes = (module.qualified(func) or "").startswith("hashlib.") or _is_digest(func, module)
    copies = isinstance(func, ast.Attribute) and func.attr == "write" and _opened(func.value, "w", module)  # fmt: skip
    if not hashes and not copies:
        return
    if reading == "read" and not _opened(given.func.value, "r", module):
        return
    yield module.finding(
        RULE,
        call,
        "the whole file is in memory only to be passed on; "
        + ("use hashlib.file_digest() or read blocks" if hashes else "use shutil.copyfileobj()"),
        evidence={"read": module.segment(given)},
        # who reads a path in one go mostly knows that such files are small
        severity=Severity.INFO if reading == "read_bytes" else None,
    )


def _is_digest(func: ast.expr, module: Module) -> bool:
    """Whether the call is ``digest.update`` of a hash that this module makes."""
    if not isinstance(func, ast.Attribute) or func.attr != "update":
        return False
    made = module.assigned(func.value)
    return isinstance(made, ast.Call) and (module.qualified(made.func) or "").startswith("hashlib.")


def _opened(file: ast.expr, mode: str, module: Module) -> bool:
    """Whether an expression is a binary file that this function opened in that mode."""
    made = module.assigned(file) if isinstance(file, ast.Name) else file
    if not isinstance(made, ast.Call):
        return False
    named = isinstance(made.func, ast.Attribute) and made.func.attr == "open"
    if not named and module.qualified(made.func) != "builtins.open":
        return False
    given = [a.value for a in (*made.args, *(k.value for k in made.keywords)) if isinstance(a, ast.Constant)]  # fmt: skip
    return any(isinstance(v, str) and mode in v and "b" in v for v in given)
