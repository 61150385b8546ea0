"""A loop that asks a remote service again and again until it is done, with no end.

Finds ``while True`` loops that send the same request, sleep, and leave only when the answer says so.
A job that is lost on the other side is asked for until somebody kills the process, and meanwhile
holds its worker, thread or connection.

Give the loop a deadline (``time.monotonic()``) or a number of rounds, and raise TimeoutError after it.

Leave it where something around the loop ends it, such as ``asyncio.timeout``.
"""

import ast
from collections.abc import Iterator

from autovet.checks.vocabulary.expressions import last_name, names_in
from autovet.checks.vocabulary.retries import remote_calls
from autovet.domain.category import Category
from autovet.domain.finding import Finding
from autovet.domain.rule import Rule
from autovet.source.module import Module

RULE = Rule("polling-without-deadline", Category.INTEGRATION, confidence=0.8)

BAD = (
    """
import time
import requests

def wait(url):
    while True:  # <--
        answer = requests.get(url, timeout=5)
        answer.raise_for_status()
        if answer.json()["state"] == "done":
            return answer.json()
        time.sleep(3)
""",
    """
import asyncio
import httpx

class Jobs:
    def __init__(self, client: httpx.AsyncClient):
        self.client = client

    async def state(self, job):
        return (await self.client.get(f"/jobs/{job}", timeout=5)).json()["state"]

    async def finish(self, job):
        while True:  # <--
            if await self.state(job) == "done":
                break
            await asyncio.sleep(1)
""",
)

GOOD = (
    """
import time
import requests

def wait(url, limit=60):
    deadline = time.monotonic() + limit
    while True:
        answer = requests.get(url, timeout=5)
        if answer.json()["state"] == "done":
            return answer.json()
        if time.monotonic() > deadline:
            raise TimeoutError(url)
        time.sleep(3)

def patient(url):
    rounds = 0
    while True:
        answer = requests.get(url, timeout=5)
        rounds += 1
        if answer.ok or rounds > 9:
            return answer
        time.sleep(3)

def limited(url):
    while True:
        answer = requests.get(url, timeout=5)
        if answer.status_code != 429:
            return answer
        time.sleep(float(answer.headers["Retry-After"]))
""",
    """
import asyncio
import httpx

async def pages(client: httpx.AsyncClient, url):
    while True:
        answer = (await client.get(url, timeout=5)).json()
        yield answer["items"]
        url = answer["next"]
        if not url:
            return
        await asyncio.sleep(1)

async def watch(client: httpx.AsyncClient):
    while True:
        await client.get("/alive", timeout=5)
        await asyncio.sleep(60)

async def finish(client: httpx.AsyncClient, job):
    async with asyncio.timeout(60):
        while True:
            answer = await client.get(f"/jobs/{job}", timeout=5)
            if answer.json()["done"]:
                return
            await asyncio.sleep(1)
""",
)

_CLOCKS = frozenset({"monotonic", "time", "perf_counter", "now", "utcnow", "loop_time"})
_GUARDS = frozenset({"timeout", "timeout_at", "wait_for", "fail_after", "move_on_after"})
_LIMITED = ("429", "retry-after", "retry_after", "too_many", "deadline", "attempt", "stop", "shutdown", "cancel")  # fmt: skip


def check(loop: ast.While, module: Module) -> Iterator[Finding]:
    """Report the loop, with its body."""
    if module.is_test or not isinstance(loop.test, ast.Constant) or not loop.test.value:
        return
    nodes = [n for s in loop.body for n in ast.walk(s)]
    if not any(isinstance(n, ast.Call) and last_name(n.func) == "sleep" for n in nodes):
        return
    calls = remote_calls(loop.body, module)
    if not calls or any(request.method not in {"GET", "HEAD"} for _, request in calls):
        return
    stored = {n.id for n in nodes if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
    if any(names_in(argument) & stored for call, _ in calls for argument in _arguments(call)):
        return  # every round asks for something else
    leaves = any(isinstance(n, (ast.Return, ast.Break)) for n in nodes)
    if not leaves or any(isinstance(n, (ast.AugAssign, ast.Yield, ast.For)) for n in nodes):
        return
    if any(isinstance(n, ast.Call) and last_name(n.func) in _CLOCKS for n in nodes):
        return
    said = ast.unparse(loop).lower()
    if any(word in said for word in _LIMITED) or _is_guarded(loop, module):
        return
    yield module.finding(
        RULE,
        loop,
        "this loop asks until the answer says that it is done, and for ever when it never does: give it a deadline",
        evidence={"request": module.segment(calls[0][0])},
    )


def _arguments(call: ast.Call) -> list[ast.expr]:
    return [*call.args, *(k.value for k in call.keywords)]


def _is_guarded(loop: ast.While, module: Module) -> bool:
    """Whether something around the loop ends it."""
    for ancestor in module.ancestors(loop):
        if isinstance(ancestor, (ast.With, ast.AsyncWith)) and any(
            isinstance(i.context_expr, ast.Call) and last_name(i.context_expr.func) in _GUARDS
            for i in ancestor.items
        ):
            return True
        if isinstance(ancestor, (ast.FunctionDef, ast.AsyncFunctionDef)):
            break
    function = module.function_of(loop)
    return function is not None and any(
        isinstance(call, ast.Call)
        and last_name(call.func) in _GUARDS
        and any(last_name(a.func) == function.name for a in call.args if isinstance(a, ast.Call))
        for call in module.nodes(ast.Call)
    )
