"""A temporary directory, a kept temporary file or a child process that nobody cleans up.

Finds ``mkdtemp`` and ``mkstemp`` whose path never leaves the function and is never removed,
``NamedTemporaryFile(delete=False)`` likewise, and ``Popen`` whose process is never waited for.

Every call leaves a directory on the disk, or a zombie in the process table, until there is no room.

Use ``TemporaryDirectory`` or ``NamedTemporaryFile`` in a ``with``, and ``with Popen(...)``. What is
returned, stored or handed to another function may be cleaned up there, and is left alone.
"""

import ast
from collections.abc import Iterator

from autovet.checks.syntax.own_nodes import own_nodes
from autovet.domain.category import Category
from autovet.domain.finding import Finding
from autovet.domain.rule import Rule
from autovet.source.module import Module

RULE = Rule("temporary-left-behind", Category.CODE_QUALITY, confidence=0.82, cwe=459)

_REMOVING = frozenset({
    "rmtree", "unlink", "remove", "rmdir", "cleanup", "callback", "move", "rename", "replace", "register", "removedirs",
})  # fmt: skip
_WRAPPERS = frozenset({"pathlib.Path", "os.path.realpath", "os.path.abspath", "builtins.str"})
_WAITING = frozenset({"wait", "communicate", "poll", "terminate", "kill", "send_signal", "pid"})

BAD = (
    """
import tempfile

def unpack(archive):
    folder = tempfile.mkdtemp()  # <--
    archive.extractall(folder)
    return len(folder)
""",
    """
import subprocess
import tempfile
from pathlib import Path

def listed(command):
    child = subprocess.Popen(command, stdout=subprocess.PIPE)  # <--
    return [line for line in child.stdout]

def pages(markup):
    place = Path(tempfile.mkdtemp(prefix="pages-"))  # <--
    first = place / "one.html"
    first.write_text(markup)
    return sorted(page.name for page in place.iterdir())

def printed(text, printer):
    page = tempfile.NamedTemporaryFile(delete=False)  # <--
    page.write(text)
    page.close()
    printer.send(page.name)
""",
)

GOOD = (
    """
import shutil
import tempfile
from pathlib import Path

def unpack(archive):
    folder = tempfile.mkdtemp()
    try:
        archive.extractall(folder)
    finally:
        shutil.rmtree(folder)

def workspace():
    folder = tempfile.mkdtemp()
    return folder

def page():
    folder = Path(tempfile.mkdtemp())
    first = folder / "one.html"
    return first
""",
    """
import subprocess
import tempfile

class Runner:
    def start(self, command):
        child = subprocess.Popen(command)
        self.child = child
        watcher = subprocess.Popen(command)
        watcher.wait()

def detached(command):
    subprocess.Popen(command, start_new_session=True)

def kept(text):
    page = tempfile.NamedTemporaryFile(delete=False)
    page.write(text)
    return page.name
""",
)


def check(call: ast.Call, module: Module) -> Iterator[Finding]:
    """Report where it is made."""
    kind = _kind(call, module)
    function = module.function_of(call) if kind else None
    parent = module.parent(call)
    while isinstance(parent, ast.Call) and module.qualified(parent.func) in _WRAPPERS:
        parent = module.parent(parent)
    if function is None or module.is_test or not isinstance(parent, ast.Assign):
        return
    target = parent.targets[0]
    if not isinstance(target, ast.Name):
        return
    nodes = list(own_nodes(function.body))
    if any(
        isinstance(n, ast.Attribute) and n.attr in (_WAITING if kind == "process" else _REMOVING)
        for n in nodes
    ):
        return
    if any(
        _leaves(n, module, kind) for n in nodes if isinstance(n, ast.Name) and n.id == target.id
    ):
        return
    what = {
        "process": "the process started here is never waited for: use it in a with block",
        "folder": "nobody removes the directory made here: use TemporaryDirectory in a with block",
        "file": "nobody removes the file made here: use it in a with block, or delete it",
    }[kind]
    yield module.finding(RULE, call, what, evidence={"call": module.segment(call.func)})


def _kind(call: ast.Call, module: Module) -> str:
    name = module.qualified(call.func)
    if name == "tempfile.mkdtemp":
        return "folder"
    if name == "tempfile.NamedTemporaryFile":
        kept = any(
            k.arg == "delete" and isinstance(k.value, ast.Constant) and k.value.value is False
            for k in call.keywords
        )
        return "file" if kept else ""
    if name == "subprocess.Popen":
        piped = any(k.arg == "stdout" for k in call.keywords)
        return "process" if piped else ""
    return ""


def _leaves(name: ast.Name, module: Module, kind: str) -> bool:
    """Whether the thing is returned, stored, or handed to somebody who may clean it up."""
    if not isinstance(name.ctx, ast.Load):
        return False
    child: ast.AST = name
    for parent in module.ancestors(name):
        if isinstance(parent, (ast.Return, ast.Yield, ast.YieldFrom)):
            return not isinstance(child, (ast.Call, ast.ListComp, ast.Subscript))
        if isinstance(parent, ast.Assign) and isinstance(child, ast.BinOp):
            return _inner_path_leaves(parent, module, kind)
        if isinstance(parent, ast.Assign):
            return child is parent.value and not isinstance(child, (ast.Call, ast.ListComp))
        if isinstance(parent, ast.Call) and kind == "process" and child is not parent.func:
            return isinstance(child, ast.Name)
        if isinstance(parent, ast.stmt):
            return False
        child = parent
    return False


def _inner_path_leaves(assign: ast.Assign, module: Module, kind: str) -> bool:
    """Whether a path below the folder, such as ``folder / "page.html"``, goes where it may be removed."""
    target = assign.targets[0]
    function = module.function_of(assign)
    if not isinstance(target, ast.Name) or function is None:
        return True
    return any(
        _leaves(n, module, kind)
        for n in own_nodes(function.body)
        if isinstance(n, ast.Name) and n.id == target.id and n is not target
    )
