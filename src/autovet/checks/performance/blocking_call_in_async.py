"""A blocking call inside an async function stops the whole event loop.

Finds calls that wait in the calling thread (``time.sleep``, ``requests``, ``subprocess.run``,
synchronous ``httpx``, ``urllib``, ``socket``) in the body of an ``async def``. While such a call
waits, no other task of the process runs: every request, timer and heartbeat stands still.

Await an asynchronous equivalent (``asyncio.sleep``, ``httpx.AsyncClient``,
``asyncio.create_subprocess_exec``), or hand the call to a thread with ``asyncio.to_thread``.

Leave it when the coroutine provably runs alone in its loop, such as in a small script.
"""

import ast
from collections.abc import Iterator

from autovet.domain.category import Category
from autovet.domain.finding import Finding
from autovet.domain.rule import Rule
from autovet.source.module import Module

RULE = Rule("blocking-call-in-async", Category.PERFORMANCE, confidence=0.95)

_INSTEAD = {
    "time.sleep": "asyncio.sleep",
    "os.system": "asyncio.create_subprocess_shell",
    "socket.create_connection": "asyncio.open_connection",
    "urllib.request.urlopen": "httpx.AsyncClient",
    **{f"subprocess.{n}": "asyncio.create_subprocess_exec" for n in ("run", "call", "check_call", "check_output", "getoutput", "getstatusoutput")},
    **{f"{m}.{n}": "httpx.AsyncClient" for m in ("requests", "httpx") for n in ("get", "post", "put", "patch", "delete", "head", "options", "request")},
}  # fmt: skip

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
)


def check(call: ast.Call, module: Module) -> Iterator[Finding]:
    """Report blocking calls whose innermost function is a coroutine."""
    name = module.qualified(call.func)
    if name not in _INSTEAD or not isinstance(module.function_of(call), ast.AsyncFunctionDef):
        return
    if any(isinstance(a, ast.Lambda) for a in module.ancestors(call)):
        return
    instead = _INSTEAD[name]
    yield module.finding(
        RULE,
        call,
        f"{name}() blocks the event loop while it waits; await {instead} instead",
        evidence={"call": name, "instead": instead},
    )
