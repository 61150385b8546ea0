r"""A file is loaded into memory whole, only to be gone through once line by line.

Finds loops over ``file.readlines()``, ``file.read().splitlines()`` and
``file.read().split("\n")``. The text and the list of its lines are both in memory at once, several
times the size of the file; a log of some gigabytes ends the process.

Iterate over the file object itself: it gives one line after the other.

Leave it when the file is small by its nature and the lines are needed more than once.
"""

import ast
from collections.abc import Iterator

from autovet.checks.vocabulary.value_types import type_of
from autovet.domain.category import Category
from autovet.domain.finding import Finding
from autovet.domain.fix import Fix
from autovet.domain.rule import Rule
from autovet.domain.severity import Severity
from autovet.source.module import Module

RULE = Rule("whole-file-read", Category.PERFORMANCE, confidence=0.8)

BAD = (
    """
def errors(path):
    with open(path, encoding="utf-8") as log:
        for line in log.readlines():  # <--
            if "ERROR" in line:
                yield line
""",
    """
from pathlib import Path

def longest(path: Path) -> int:
    best = 0
    with path.open(encoding="utf-8") as source:
        lines = source.read().splitlines()  # <--
        for line in lines:
            best = max(best, len(line))
    return best
""",
)

GOOD = (
    """
def errors(path):
    with open(path, encoding="utf-8") as log:
        for line in log:
            if "ERROR" in line:
                yield line
""",
    """
def table(path):
    with open(path, encoding="utf-8") as source:
        lines = source.read().splitlines()
    header = lines[0]
    for line in lines[1:]:
        yield header, line
""",
    """
def letters(editor):
    for line in editor.read().splitlines():
        yield line
""",
)

_OPENERS = frozenset({"builtins.open", "io.open", "gzip.open", "bz2.open", "lzma.open", "codecs.open"})  # fmt: skip


_DATA = (
    "log",
    "csv",
    "jsonl",
    "export",
    "dump",
    "event",
    "record",
    "access",
    "error",
    "transaction",
    "measurement",
)


def check(call: ast.Call, module: Module) -> Iterator[Finding]:
    """Report reads of a whole file whose lines are used in one loop alone."""
    func = call.func
    if not isinstance(func, ast.Attribute) or module.is_test:
        return
    source = _file_read_whole(call, func, module)
    if source is None or not _looped_once(call, module):
        return
    lines, opened = source
    fix = None
    if func.attr == "readlines" and isinstance(module.parent(call), (ast.For, ast.comprehension)):
        fix = Fix((module.replace(call, module.segment(lines)),), "iterate over the file itself")
    yield module.finding(
        RULE,
        call,
        "the whole file is in memory, text and lines, though the lines are gone through once; "
        "iterate over the file object",
        evidence={"read": module.segment(call)},
        fix=fix,
        severity=None if opened else Severity.INFO,
    )


def _file_read_whole(
    call: ast.Call, func: ast.Attribute, module: Module
) -> tuple[ast.expr, bool] | None:
    """The file that is read, and whether it is one that the code itself holds open."""
    if func.attr == "readlines" and not call.args and _is_file(func.value, module):
        return func.value, True
    if func.attr == "splitlines" or (
        func.attr == "split"
        and len(call.args) == 1
        and isinstance(call.args[0], ast.Constant)
        and call.args[0].value == "\n"
    ):
        read: ast.expr | None = func.value
        if isinstance(read, ast.Name):
            read = module.assigned(read) if _used_once(read, module) else None
        if isinstance(read, ast.Call) and isinstance(read.func, ast.Attribute):
            if read.func.attr == "read" and not read.args and _is_file(read.func.value, module):
                return read.func.value, True
            if read.func.attr == "read_text":
                return read.func.value, _sounds_large(read.func.value, call, module)
    return None


def _sounds_large(file: ast.expr, call: ast.Call, module: Module) -> bool:
    """Whether the names say that the file holds data, of which there may be much."""
    function = module.function_of(call)
    words = f"{ast.unparse(file)} {function.name if function else ''}".lower()
    return any(word in words for word in _DATA)


def _is_file(node: ast.expr, module: Module) -> bool:
    if isinstance(node, ast.Name):
        value = module.assigned(node)
        if value is None:
            return False
        node = value
    if not isinstance(node, ast.Call):
        return False
    if module.qualified(node.func) in _OPENERS:
        return True
    return (
        isinstance(node.func, ast.Attribute)
        and node.func.attr == "open"
        and module.qualified(node.func) is None
        and (type_of(node.func.value, module) or "pathlib.Path").endswith("Path")
    )


def _looped_once(call: ast.Call, module: Module) -> bool:
    parent = module.parent(call)
    if isinstance(parent, (ast.For, ast.comprehension)) and parent.iter is call:
        return True
    if not isinstance(parent, ast.Assign) or not isinstance(parent.targets[0], ast.Name):
        return False
    uses = _uses(parent.targets[0], module)
    if len(uses) != 1:
        return False
    user = module.parent(uses[0])
    return isinstance(user, (ast.For, ast.comprehension)) and user.iter is uses[0]


def _used_once(name: ast.Name, module: Module) -> bool:
    return len(_uses(name, module)) == 1


def _uses(name: ast.Name, module: Module) -> list[ast.Name]:
    """Where a name that is bound once is read."""
    scope = module.scopes.of(name).lookup(name.id)
    if scope is None or len(scope.bindings[name.id]) != 1:
        return []
    return [
        n
        for n in ast.walk(scope.node)
        if isinstance(n, ast.Name) and n.id == name.id and isinstance(n.ctx, ast.Load)
    ]
