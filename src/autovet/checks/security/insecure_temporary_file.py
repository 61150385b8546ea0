"""A name for a temporary file is made up, and the file is made later.

Finds ``tempfile.mktemp``, ``os.tempnam`` and ``os.tmpnam``. Between the moment at which the name is
chosen and the moment at which the file is opened, anyone on the host can put a file or a link of that
name there: the program then reads what the other wrote, or overwrites what the link points to.

Use ``tempfile.mkstemp``, ``NamedTemporaryFile`` or ``mkdtemp``, which make the file or directory at once.

Leave it inside a directory that only this process can write to, such as one from ``mkdtemp``.
"""

import ast
import re
from collections.abc import Iterator

from autovet.checks.syntax.added_import import added_import
from autovet.checks.vocabulary.arguments import argument, constant_of
from autovet.checks.vocabulary.called_names import called_name
from autovet.domain.category import Category
from autovet.domain.finding import Finding
from autovet.domain.fix import Fix
from autovet.domain.rule import Rule
from autovet.source.module import Module

RULE = Rule("insecure-temporary-file", Category.SECURITY, confidence=0.9, cwe=377)

_OPENS = frozenset({"builtins.open", "io.open"})
_SHARED = re.compile(r"/(?:var/)?tmp/[^/]*$|/dev/shm/[^/]*$")
_CALLS = frozenset({"tempfile.mktemp", "os.tempnam", "os.tmpnam"})

BAD = (
    """
import tempfile

def export(rows):
    path = tempfile.mktemp(suffix=".csv")  # <--
    with open(path, "w") as file:
        file.writelines(rows)
    return path
""",
    """
def unpack(archive):
    archive.save(tempfile.mktemp() + ".zip")  # <--
    return os.tempnam("/var/spool")  # <--
""",
    """
def export(rows):
    path = "/tmp/export.csv"
    with open(path, "w") as file:  # <--
        file.writelines(rows)
""",
)

GOOD = (
    """
import os
import tempfile

def export(rows):
    descriptor, path = tempfile.mkstemp(suffix=".csv")
    with os.fdopen(descriptor, "w") as file:
        file.writelines(rows)
    return path
""",
    """
def mktemp(prefix):
    return prefix + "0"

def read():
    with open("/tmp/export.csv") as file, open("/tmp/of-the-service/export.csv", "w") as copy:
        copy.write(file.read())

NAME = mktemp("a")
""",
)


def check(call: ast.Call, module: Module) -> Iterator[Finding]:
    """Report names without a file."""
    name = called_name(call, module)
    if name in _OPENS and not module.is_test:
        yield from _fixed_name(call, module)
    if name not in _CALLS or module.is_test:
        return
    yield module.finding(
        RULE,
        call,
        f"{name} returns a free name only, so somebody else can create the file first; let tempfile create it",
        evidence={"call": name},
        fix=_fix(call, module) if name == "tempfile.mktemp" else None,
    )


def _fixed_name(call: ast.Call, module: Module) -> Iterator[Finding]:
    """A file of a known name is written in the directory that everybody may write to."""
    path, mode = argument(call, 0, "file"), constant_of(argument(call, 1, "mode"), module)
    given = module.assigned(path) or path if isinstance(path, ast.Name) else path
    if isinstance(given, ast.JoinedStr) and given.values:
        given = given.values[0]
    text = given.value if isinstance(given, ast.Constant) else None
    if isinstance(text, str) and _SHARED.match(text) and isinstance(mode, str) and mode[:1] in {"w", "a"}:  # fmt: skip
        yield module.finding(
            RULE,
            call,
            "anybody can put a link of that name there first, and the file that it points to is overwritten; use tempfile",
            confidence=0.6,
            evidence={"name": text},
        )


def _fix(call: ast.Call, module: Module) -> Fix | None:
    """``descriptor, path = tempfile.mkstemp(...)`` where the name is assigned on a line of its own."""
    statement = module.parent(call)
    if not isinstance(call.func, ast.Attribute) or not isinstance(statement, ast.Assign):
        return None
    target = statement.targets[0]
    line = module.lines.line(statement.lineno)
    indent = line[: len(line) - len(line.lstrip())]
    alone = line.strip() == module.segment(statement)
    scope = module.scopes.of(call)
    if len(statement.targets) != 1 or not alone or scope.lookup("descriptor") is not None:
        return None
    system, imports = added_import("os", module)
    made = module.segment(call).replace("mktemp", "mkstemp", 1)
    text = f"descriptor, {module.segment(target)} = {made}\n{indent}{system}.close(descriptor)"
    return Fix((module.replace(statement, text), *imports), "let tempfile create the file")
