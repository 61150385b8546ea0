"""A blocking call inside an async function stops the whole event loop.

Finds calls that wait in the calling thread (``time.sleep``, ``subprocess.run``, ``requests``,
synchronous clients of ``httpx``, databases, ``boto3``, sockets, password hashing) in the body of an
``async def``, also through a synchronous function of the same module. While such a call waits, no
other task of the process runs: every request, timer and heartbeat stands still.

Await an asynchronous equivalent (``asyncio.sleep``, ``httpx.AsyncClient``,
``asyncio.create_subprocess_exec``), or hand the call to a thread with ``asyncio.to_thread``.

Leave it when the coroutine provably runs alone in its loop, such as in a small script.
"""

import ast
from collections.abc import Iterator

from autovet.checks.vocabulary.blocking_calls import blocking_call
from autovet.checks.vocabulary.local_calls import called_function, own_calls
from autovet.domain.category import Category
from autovet.domain.finding import Finding
from autovet.domain.rule import Rule
from autovet.source.module import Module

RULE = Rule("blocking-call-in-async", Category.PERFORMANCE, confidence=0.95)

BAD = (
    """
import time

async def refresh(cache):
    time.sleep(1)  # <--
    await cache.reload()
""",
    """
from subprocess import run as start

async def thumbnail(path):
    return start(["convert", path, "-"], capture_output=True)  # <--
""",
    """
import requests

class Rates:
    def __init__(self):
        self._http = requests.Session()

    async def euro(self):
        return self._http.get("https://rates.example/eur", timeout=5).json()  # <--
""",
    """
import requests

def fetch(url):
    return requests.get(url, timeout=5).json()

async def dashboard(urls):
    return [fetch(url) for url in urls]  # <--
""",
)

GOOD = (
    """
import asyncio
import time

async def refresh(cache):
    await asyncio.sleep(1)
    await asyncio.to_thread(time.sleep, 1)

def wait():
    time.sleep(1)
""",
    """
import time

async def schedule(loop):
    def work():
        time.sleep(1)
    await loop.run_in_executor(None, work)
""",
    """
import httpx

class Rates:
    def __init__(self, http: httpx.AsyncClient):
        self._http = http

    async def euro(self):
        return (await self._http.get("https://rates.example/eur")).json()
""",
    """
import asyncio
import requests

def fetch(url):
    return requests.get(url, timeout=5).json()

async def dashboard(urls):
    return await asyncio.gather(*(asyncio.to_thread(fetch, url) for url in urls))
""",
)


def check(call: ast.Call, module: Module) -> Iterator[Finding]:
    """Report blocking calls whose innermost function is a coroutine."""
    function = module.function_of(call)
    if not isinstance(function, ast.AsyncFunctionDef) or _deferred(call, module) or module.is_test:
        return
    found = blocking_call(call, module)
    through = None
    if found is None:
        through = called_function(call, module)
        if through is None or isinstance(through, ast.AsyncFunctionDef):
            return
        inner = (blocking_call(c, module) for c in own_calls(through))
        found = next((b for b in inner if b is not None), None)
        if found is None or _yields(through):
            return
    name, instead = found
    what = f"{through.name}() calls {name}, which blocks" if through else f"{name} blocks"
    yield module.finding(
        RULE,
        call,
        f"{what} the event loop while it waits; use {instead} instead",
        evidence={"call": name, "instead": instead, "through": through.name if through else None},
        confidence=0.85 if through else None,
    )


def _deferred(call: ast.Call, module: Module) -> bool:
    """Whether the call is in a lambda, or awaited (then it is no blocking one)."""
    if isinstance(module.parent(call), ast.Await):
        return True
    for ancestor in module.ancestors(call):
        if isinstance(ancestor, ast.Lambda):
            return True
        if isinstance(ancestor, ast.stmt):
            return False
    return False


def _yields(function: ast.FunctionDef) -> bool:
    """Whether calling the function runs nothing yet, as with generators."""
    return any(isinstance(n, (ast.Yield, ast.YieldFrom)) for n in ast.walk(function))
