"""A file or directory is made writable for everyone on the host.

Finds modes that let others write, in ``chmod``, ``mkdir`` and ``makedirs`` of ``os`` and ``pathlib``, and
``umask(0)``. Any account, also that of a broken service, can then change what the program
will read or run.

Give write access to the owner (``0o644``, ``0o755``), and read access too for secrets (``0o600``).

Leave it for directories that everyone must write to and that have the sticky bit (``0o1777``).
"""

import ast
from collections.abc import Iterator

from autovet.checks.vocabulary.arguments import UNKNOWN, argument, constant_of
from autovet.checks.vocabulary.called_names import called_name
from autovet.domain.category import Category
from autovet.domain.finding import Finding
from autovet.domain.fix import Fix
from autovet.domain.rule import Rule
from autovet.source.module import Module

RULE = Rule("permissive-file-mode", Category.SECURITY, confidence=0.85, cwe=732)

_OTHERS_WRITE = 0o002
_STICKY = 0o1000
_MODES = {
    "os.chmod": 1, "os.fchmod": 1, "os.lchmod": 1, "os.mkdir": 1, "os.makedirs": 1,
    "pathlib.Path.chmod": 0, "pathlib.Path.mkdir": 0,
}  # fmt: skip
_FLAGS = {"S_IWOTH": 0o002, "S_IRWXO": 0o007}

BAD = (
    """
import os
from pathlib import Path

def prepare(folder: Path):
    os.makedirs(folder, mode=0o777)  # <--
    Path("/srv/queue").chmod(0o666)  # <--
""",
    """
import os
import stat

SHARED = 0o777

def publish(path):
    os.chmod(path, SHARED)  # <--
    os.chmod(path, stat.S_IRUSR | stat.S_IWUSR | stat.S_IWOTH)  # <--
    os.umask(0)  # <--
""",
)

GOOD = (
    """
import os
from pathlib import Path

def prepare(folder: Path, mode):
    os.makedirs(folder, mode=0o755)
    os.chmod(folder, 0o1777)
    Path("/srv/queue").chmod(0o640)
    os.chmod(folder, mode)
""",
    """
import os

def private(path):
    before = os.umask(0)
    os.umask(before | 0o077)
    return os.open(path, os.O_CREAT | os.O_WRONLY, 0o600)
""",
)


def check(call: ast.Call, module: Module) -> Iterator[Finding]:
    """Report modes under which others may write."""
    name = called_name(call, module) or ""
    if module.is_test:
        return
    if name == "os.umask" and call.args and isinstance(module.parent(call), ast.Expr):
        if constant_of(call.args[0], module) == 0:
            usual = Fix((module.replace(call.args[0], "0o022"),), "leave writing to the owner")
            yield _finding(call, module, "everyone may write to the files made from here on", usual)
        return
    if name not in _MODES:
        return
    given = argument(call, _MODES[name], "mode")
    mode = _mode(given, module)
    if given is None or mode is None or not mode & _OTHERS_WRITE or mode & _STICKY:
        return
    fix: Fix | None = None
    if isinstance(given, ast.Constant):
        fix = Fix((module.replace(given, f"0o{mode & ~0o022:o}"),), "leave writing to the owner")
    yield _finding(call, module, f"mode {mode:#o} lets everyone on the host write", fix)


def _mode(node: ast.expr | None, module: Module) -> int | None:
    value = constant_of(node, module)
    if value is not UNKNOWN:
        return value if type(value) is int else None
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr):
        sides = [_mode(side, module) for side in (node.left, node.right)]
        return (sides[0] or 0) | (sides[1] or 0)
    if isinstance(node, ast.Attribute):
        return _FLAGS.get((module.qualified(node) or "").rpartition(".")[2], 0)
    return None


def _finding(call: ast.Call, module: Module, what: str, fix: Fix | None) -> Finding:
    return module.finding(
        RULE, call, f"{what}, so any account can change what is used later", fix=fix
    )
