"""A time is handed on in another unit than its name says.

Finds ``time.sleep(delay_ms)``, ``timedelta(minutes=ttl_seconds)``, ``time.monotonic() + TIMEOUT_MS``
and a ``timeout=`` in milliseconds where seconds are meant: the name tells one unit, the place
another, and nothing in between converts it.

The program waits a thousand times too long or not at all, and no test with a patched clock sees it.

Convert where the value is handed on (``delay_ms / 1000``), or keep the unit of the place.

Leave it when the name is wrong and the value right; then rename it.
"""

import ast
import re
from collections.abc import Iterator

from autovet.domain.category import Category
from autovet.domain.finding import Finding
from autovet.domain.rule import Rule
from autovet.source.module import Module

RULE = Rule("time-in-another-unit", Category.BUSINESS_LOGIC, confidence=0.9)

_UNITS = {
    "milliseconds": re.compile(r"(?:^|_)(?:ms|msecs?|millis|milliseconds?)$", re.IGNORECASE),
    "microseconds": re.compile(r"(?:^|_)(?:us|usecs?|micros|microseconds?)$", re.IGNORECASE),
    "seconds": re.compile(r"(?:^|_)(?:s|secs?|seconds?)$", re.IGNORECASE),
    "minutes": re.compile(r"(?:^|_)(?:mins|minutes?)$", re.IGNORECASE),
    "hours": re.compile(r"(?:^|_)(?:hrs?|hours?)$", re.IGNORECASE),
    "days": re.compile(r"(?:^|_)days?$", re.IGNORECASE),
    "weeks": re.compile(r"(?:^|_)weeks?$", re.IGNORECASE),
}
_SLEEPS = frozenset({"time.sleep", "asyncio.sleep", "trio.sleep", "anyio.sleep"})
_CLOCKS = frozenset({"time.time", "time.monotonic", "time.perf_counter"})
_SECONDS = frozenset({"asyncio.wait_for", "asyncio.timeout"})

BAD = (
    """
import time

def pause(delay_ms):
    time.sleep(delay_ms)  # <--
""",
    """
from datetime import timedelta

def end_of(start, ttl_seconds):
    return start + timedelta(minutes=ttl_seconds)  # <--
""",
    """
import time

TIMEOUT_MS = 800

def deadline():
    return time.monotonic() + TIMEOUT_MS  # <--
""",
    """
import requests

def fetch(url, timeout_ms):
    return requests.get(url, timeout=timeout_ms)  # <--
""",
)

GOOD = (
    """
import time
from datetime import timedelta

TIMEOUT_MS = 800

def pause(delay_ms, grace_seconds):
    time.sleep(delay_ms / 1000)
    time.sleep(grace_seconds)
    return time.monotonic() + TIMEOUT_MS / 1000

def end_of(start, ttl_seconds, days):
    return start + timedelta(seconds=ttl_seconds) + timedelta(days=days)
""",
    """
def pause(driver, delay_ms):
    driver.sleep(delay_ms)
    driver.wait(timeout=delay_ms)

def lines(seconds, timedelta):
    return timedelta(minutes=seconds)
""",
)


def check(call: ast.Call, module: Module) -> Iterator[Finding]:
    """Report a name of one unit at a place of another."""
    for value, wanted in _places(call, module):
        unit = _unit(value)
        if unit is not None and unit != wanted:
            yield module.finding(
                RULE,
                value,
                f"{ast.unparse(value)} counts {unit}, but this takes {wanted}",
                evidence={"name": ast.unparse(value), "unit": unit, "expected": wanted},
            )


def _places(call: ast.Call, module: Module) -> Iterator[tuple[ast.expr, str]]:
    """Values at places of a known unit."""
    if not call.args and not call.keywords:
        parent = module.parent(call)
        if isinstance(parent, ast.BinOp) and isinstance(parent.op, (ast.Add, ast.Sub)):
            other = parent.right if parent.left is call else parent.left
            if _unit(other) is not None and module.qualified(call.func) in _CLOCKS:
                yield other, "seconds"
        return
    named = [(k, _unit(k.value)) for k in call.keywords if k.arg]
    if len(call.args) == 1 and _unit(call.args[0]) and module.qualified(call.func) in _SLEEPS:
        yield call.args[0], "seconds"
    for keyword, unit in named:
        if unit is None:
            continue
        called = module.qualified(call.func) or ""
        if keyword.arg in _UNITS and called == "datetime.timedelta":
            yield keyword.value, str(keyword.arg)
        elif keyword.arg == "timeout" and (
            called in _SECONDS or called.partition(".")[0] in {"requests", "httpx", "urllib"}
        ):
            yield keyword.value, "seconds"


def _unit(node: ast.expr) -> str | None:
    name = node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")
    if len(name) < 2:
        return None
    return next((unit for unit, pattern in _UNITS.items() if pattern.search(name)), None)
