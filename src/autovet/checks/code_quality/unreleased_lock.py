"""A lock that stays locked when something goes wrong between acquire and release.

Finds ``lock.acquire()`` as a statement of its own, on a lock or semaphore of ``threading``,
``multiprocessing`` or ``asyncio``, whose ``release()`` does not stand in a ``finally`` clause of
the same function.

The first error in between leaves the lock taken for good: every other thread that asks for it
waits forever, and nothing in the log points here.

Write ``with lock:`` (``async with`` for asyncio). A lock taken in one method and given back in
another on purpose is left alone.
"""

import ast
from collections.abc import Iterator

from autovet.checks.syntax.own_nodes import own_nodes
from autovet.checks.syntax.reference import reference
from autovet.checks.vocabulary.value_types import type_of
from autovet.domain.category import Category
from autovet.domain.finding import Finding
from autovet.domain.rule import Rule
from autovet.source.module import Module

RULE = Rule("unreleased-lock", Category.CODE_QUALITY, confidence=0.9, cwe=667)

_LOCKS = frozenset(
    f"{module}.{kind}"
    for module in ("threading", "multiprocessing", "asyncio")
    for kind in ("Lock", "RLock", "Semaphore", "BoundedSemaphore", "Condition")
)

BAD = (
    """
import threading

class Counter:
    def __init__(self):
        self._lock = threading.Lock()

    def add(self, read):
        self._lock.acquire()  # <--
        self.total += read()
        self._lock.release()
""",
    """
import asyncio

LOCK = asyncio.Lock()

async def refresh(load):
    await LOCK.acquire()  # <--
    if not await load():
        return None
    LOCK.release()
    return True
""",
)

GOOD = (
    """
import threading

class Counter:
    def __init__(self):
        self._lock = threading.Lock()

    def add(self, read):
        with self._lock:
            self.total += read()
        self._lock.acquire()
        try:
            self.total += read()
        finally:
            self._lock.release()

    def take(self):
        self._lock.acquire()

    def give(self):
        self._lock.release()
""",
    """
import threading

LOCK = threading.Lock()

def attempt(connection):
    if not LOCK.acquire(blocking=False):
        return False
    connection.acquire()
    connection.release()
    return True
""",
)


def check(call: ast.Call, module: Module) -> Iterator[Finding]:
    """Report unprotected acquisitions."""
    func = call.func
    if not isinstance(func, ast.Attribute) or func.attr != "acquire":
        return
    parent = module.parent(call)
    statement = module.parent(parent) if isinstance(parent, ast.Await) else parent
    function = module.function_of(call)
    lock = reference(func.value)
    if not isinstance(statement, ast.Expr) or function is None or lock is None:
        return
    if type_of(func.value, module) not in _LOCKS:
        return
    releases = [
        n
        for n in own_nodes(function.body)
        if isinstance(n, ast.Attribute) and n.attr == "release" and reference(n.value) == lock
    ]
    if not releases or any(_in_finally(r, module) for r in releases):
        return
    yield module.finding(
        RULE,
        statement,
        f"{lock} stays locked when an error is raised before release(): use a with block",
        evidence={"lock": lock, "released_at": releases[0].lineno},
    )


def _in_finally(node: ast.AST, module: Module) -> bool:
    child = node
    for ancestor in module.ancestors(node):
        if isinstance(ancestor, (ast.Try, ast.TryStar)) and child in ancestor.finalbody:
            return True
        child = ancestor
    return False
