"""A task waits for another task of the pool that it occupies.

Finds functions that are submitted to an executor and themselves submit to the same executor and wait for
the result. When every worker runs such a task, none is left for the tasks they wait for: nothing goes on, and
no error says why. With few tasks it works, with many it stops.

Call the inner function directly, or give inner tasks a pool of their own.

Leave it where the pool is certain to have more workers than waiting tasks.
"""

import ast
from collections.abc import Iterator

from autovet.checks.syntax.reference import reference
from autovet.checks.vocabulary.local_calls import called_function, own_calls
from autovet.domain.category import Category
from autovet.domain.finding import Finding
from autovet.domain.rule import Rule
from autovet.source.module import Module
from autovet.source.scopes import FunctionNode

RULE = Rule("task-waits-for-own-pool", Category.CODE_QUALITY, confidence=0.8, cwe=833)

_WAITS = frozenset({"result", "wait", "as_completed"})

BAD = (
    """
from concurrent.futures import ThreadPoolExecutor

class Printer:
    def __init__(self):
        self.pool = ThreadPoolExecutor()

    def pages(self, texts):
        return [f.result() for f in [self.pool.submit(self.page, t) for t in texts]]

    def page(self, text):
        head = self.pool.submit(self.head, text)
        return head.result() + text  # <--

    def head(self, text):
        return text[:10]
""",
    """
from concurrent.futures import ThreadPoolExecutor, wait

pool = ThreadPoolExecutor(4)

def leaf(number):
    return number * 2

def branch(number):
    futures = [pool.submit(leaf, n) for n in range(number)]
    wait(futures)  # <--

def tree(numbers):
    wait([pool.submit(branch, n) for n in numbers])
""",
)

GOOD = (
    """
from concurrent.futures import ThreadPoolExecutor

class Printer:
    def __init__(self):
        self.pool = ThreadPoolExecutor()
        self.heads = ThreadPoolExecutor()

    def pages(self, texts):
        return [f.result() for f in [self.pool.submit(self.page, t) for t in texts]]

    def page(self, text):
        return self.heads.submit(self.head, text).result() + text

    def head(self, text):
        return text[:10]
""",
    """
from concurrent.futures import ThreadPoolExecutor

pool = ThreadPoolExecutor(4)

def leaf(number):
    return number * 2

def branch(number):
    pool.submit(leaf, number)

def tree(numbers):
    return [f.result() for f in [pool.submit(branch, n) for n in numbers]]
""",
)


def check(module: Module) -> Iterator[Finding]:
    """Report waits inside of tasks for the pool that runs them."""
    submits = [c for c in module.nodes(ast.Call) if _pool(c) and c.args]
    if len(submits) < 2:
        return
    tasks: set[tuple[str, FunctionNode]] = set()
    for call in submits:
        task = _task(call, module)
        if task is not None:
            tasks.add((_pool(call), task))
    for pool, task in sorted(tasks, key=lambda pair: pair[1].lineno):
        calls = own_calls(task)
        if not any(_pool(c) == pool for c in calls):
            continue
        wait = next((c for c in calls if _called(c) in _WAITS), None)
        if wait is not None:
            yield module.finding(
                RULE,
                wait,
                f"{task.name}() runs in {pool!r} and waits here for another task of it; with all workers in {task.name}() nothing goes on",
                evidence={"pool": pool, "task": task.name},
            )


def _called(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")


def _pool(call: ast.Call) -> str:
    """What a call submits to; empty when it submits nothing."""
    if isinstance(call.func, ast.Attribute) and call.func.attr == "submit":
        return reference(call.func.value) or ""
    return ""


def _task(call: ast.Call, module: Module) -> FunctionNode | None:
    return called_function(ast.copy_location(ast.Call(call.args[0], [], []), call), module)
