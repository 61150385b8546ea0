"""Synchronous input or output in a project that the constraints call asynchronous only.

Finds synchronous clients (``httpx.Client``, ``requests``, ``redis.Redis``, database drivers) and
blocking functions (``time.sleep``, ``subprocess.run``) where ``constraints["async_only"]`` is set:
as parameters, as attributes, or called. Whoever awaits the code around it finds the event loop
standing still.

Take the asynchronous counterpart named in the message, and make the functions that use it ``async``.

Leave it where the call is handed to a thread with ``asyncio.to_thread`` or ``run_in_executor``: such
uses are not reported.
"""

import ast
from collections.abc import Iterator

from autovet.checks.example import Example
from autovet.checks.vocabulary.constraint_keys import ASYNC_ONLY, stated
from autovet.checks.vocabulary.synchronous_io import COUNTERPARTS
from autovet.domain.category import Category
from autovet.domain.finding import Finding
from autovet.domain.rule import Rule
from autovet.domain.severity import Severity
from autovet.project.project import Project
from autovet.source.module import Module

RULE = Rule("sync-io-in-async-project", Category.CONTEXT_AWARENESS, Severity.ERROR, confidence=0.95)

_ONLY = {"constraints": {ASYNC_ONLY: True}}
_THREADS = {
    "to_thread",
    "run_in_executor",
    "run_sync",
    "submit",
    "run_in_threadpool",
    "sync_to_async",
}
BAD = (
    Example(
        """
import redis
import time

class Store:
    def __init__(self, client: redis.Redis):  # <--
        self.client = client

    def wait(self):
        time.sleep(1)  # <--
""",
        context=_ONLY,
    ),
    Example(
        """
from requests import Session

async def load(url):
    with Session() as session:  # <--
        return session.get(url)
""",
        context=_ONLY,
    ),
)
GOOD = (
    Example(
        """
import asyncio
import subprocess
import redis.asyncio as redis

class Store:
    def __init__(self, client: redis.Redis):
        self.client = client

    async def build(self):
        await asyncio.sleep(1)
        return await asyncio.to_thread(subprocess.run, ["make"])

    def name(self):
        return "store"
""",
        context=_ONLY,
    ),
    "import time\n\ndef wait():\n    time.sleep(1)\n",
    Example("import time\n\ntime.sleep(1)\n", context={"constraints": {ASYNC_ONLY: False}}),
)


def check(module: Module, project: Project) -> Iterator[Finding]:
    """Report uses of synchronous clients and functions."""
    if not stated(project.context.constraints, ASYNC_ONLY) or module.is_test:
        return
    seen: set[tuple[int, str]] = set()
    for node in module.nodes(ast.Name, ast.Attribute):
        if not isinstance(node, (ast.Name, ast.Attribute)) or not isinstance(node.ctx, ast.Load):
            continue
        name = module.qualified(node)
        instead = COUNTERPARTS.get(name or "")
        if name is None or instead is None or (node.lineno, name) in seen:
            continue
        if _in_thread(node, module) or not _is_use(node, module):
            continue
        seen.add((node.lineno, name))
        yield module.finding(
            RULE,
            node,
            f"the project is asynchronous only, but {name} blocks; use {instead}",
            evidence={"constraint": ASYNC_ONLY, "name": name, "instead": instead},
        )


def _in_thread(node: ast.AST, module: Module) -> bool:
    for ancestor in module.ancestors(node):
        if isinstance(ancestor, ast.Call):
            name = getattr(ancestor.func, "attr", getattr(ancestor.func, "id", ""))
            if name in _THREADS:
                return True
    return False


def _is_use(node: ast.AST, module: Module) -> bool:
    """A call or an annotation; not an ``isinstance`` test or the like."""
    parent = module.parent(node)
    if isinstance(parent, ast.Call):
        return parent.func is node
    child = node
    for ancestor in module.ancestors(node):
        if isinstance(ancestor, (ast.arg, ast.AnnAssign)):
            return child is ancestor.annotation
        if isinstance(ancestor, ast.stmt):
            return False
        child = ancestor
    return False
