"""A file or answer that is taken into memory as a whole only to be passed on.

Finds digests over ``read()``, answers of which ``content`` goes straight into a file, and tables
read into a list that one loop then goes through.

Memory grows with the largest file that anybody sends, and the work starts only when all is there.

Use ``hashlib.file_digest``, ``stream=True`` with ``iter_content``, or loop over the reader.
"""

import ast
from collections.abc import Iterator

from autovet.checks.vocabulary.expressions import last_name
from autovet.checks.vocabulary.value_types import type_of
from autovet.domain.category import Category
from autovet.domain.finding import Finding
from autovet.domain.rule import Rule
from autovet.domain.severity import Severity
from autovet.source.module import Module

RULE = Rule("whole-body-in-memory", Category.PERFORMANCE, confidence=0.78)

_DIGESTS = frozenset({"md5", "sha1", "sha224", "sha256", "sha384", "sha512", "blake2b", "blake2s"})
_READERS = frozenset({"csv.reader", "csv.DictReader"})

BAD = (
    """
import hashlib

def digest(path):
    with open(path, "rb") as stream:
        return hashlib.sha256(stream.read()).hexdigest()  # <--

def saved(client, url, path):
    answer = client.get(url, timeout=9)
    answer.raise_for_status()
    with open(path, "wb") as target:
        target.write(answer.content)  # <--
""",
    """
import csv

def wanted(path, name):
    with open(path, newline="") as stream:
        rows = list(csv.DictReader(stream))  # <--
    for row in rows:
        if row["name"] == name:
            return row
    return None
""",
)

GOOD = (
    """
import hashlib

def digest(path, text):
    with open(path, "rb") as stream:
        return hashlib.file_digest(stream, "sha256"), hashlib.sha256(text.encode())
""",
    """
import csv

def table(path):
    with open(path, newline="") as stream:
        rows = list(csv.DictReader(stream))
    for row in rows:
        row["size"] = len(rows)
    return rows

def each(path):
    with open(path, newline="") as stream:
        yield from csv.DictReader(stream)
""",
)


def check(call: ast.Call, module: Module) -> Iterator[Finding]:
    """Report the call that holds everything."""
    if module.is_test:
        return
    name = module.qualified(call.func) or ""
    digest = name.startswith("hashlib.") and name.rpartition(".")[2] in _DIGESTS
    if digest and call.args and _reads_all(call.args[0], module):
        yield _finding(
            call,
            "the whole file is in memory to be hashed; hashlib.file_digest reads it in parts",
            module,
        )
    elif isinstance(call.func, ast.Attribute) and call.func.attr == "write" and len(call.args) == 1:
        body = call.args[0]
        if (
            isinstance(body, ast.Attribute)
            and body.attr == "content"
            and _is_download(body.value, call, module)
        ):
            yield _finding(
                call, "the whole answer is in memory before it is written; stream it", module
            )
    elif _is_table(call, name, module) and _looped_once(call, module):
        yield _finding(
            call,
            "all rows are in memory though one loop goes through them; loop over the reader",
            module,
        )


def _is_table(call: ast.Call, name: str, module: Module) -> bool:
    """``list(csv.reader(...))``."""
    if name != "builtins.list" or len(call.args) != 1:
        return False
    inner = call.args[0]
    return isinstance(inner, ast.Call) and module.qualified(inner.func) in _READERS


def _finding(call: ast.Call, message: str, module: Module) -> Finding:
    return module.finding(RULE, call, message, severity=Severity.WARNING)


def _reads_all(value: ast.expr, module: Module) -> bool:
    if not isinstance(value, ast.Call) or not isinstance(value.func, ast.Attribute):
        return False
    if value.func.attr == "read" and not value.args:
        source = value.func.value
        opened = module.assigned(source) if isinstance(source, ast.Name) else source
        called = opened.func if isinstance(opened, ast.Call) else None
        return called is not None and last_name(called) == "open"
    return False


def _is_download(answer: ast.expr, call: ast.Call, module: Module) -> bool:
    """Whether it is the answer to a request, and nothing else looks at it."""
    made = module.assigned(answer)
    made = made.value if isinstance(made, ast.Await) else made
    if (
        not isinstance(made, ast.Call)
        or not isinstance(made.func, ast.Attribute)
        or made.func.attr != "get"
    ):
        return False
    kind = type_of(call.func.value, module) if isinstance(call.func, ast.Attribute) else None
    return kind is None or kind.startswith("io.") or kind == "pathlib.Path"


def _looped_once(call: ast.Call, module: Module) -> bool:
    parent = module.parent(call)
    if not isinstance(parent, ast.Assign) or not isinstance(parent.targets[0], ast.Name):
        return False
    name = parent.targets[0].id
    scope = module.scopes.of(parent).lookup(name)
    if scope is None or len(scope.bindings[name]) != 1 or module.function_of(call) is None:
        return False
    uses = [
        n
        for n in ast.walk(scope.node)
        if isinstance(n, ast.Name) and n.id == name and isinstance(n.ctx, ast.Load)
    ]
    user = module.parent(uses[0]) if len(uses) == 1 else None
    return isinstance(user, (ast.For, ast.comprehension)) and user.iter is uses[0]
