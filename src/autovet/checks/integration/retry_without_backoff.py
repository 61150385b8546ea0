"""A failed remote call is repeated at once, again and again.

Finds loops that catch the failure of a remote call and go straight into the next round, ``tenacity``
decorators without ``wait`` and ``urllib3.Retry`` without ``backoff_factor``. A service that
is overloaded gets several times its load at the very moment at which it fails, and all
attempts are used up within milliseconds.

Wait between the attempts, longer each time and with jitter:
``time.sleep(base * 2**attempt * random.uniform(0.5, 1.5))`` or ``wait_random_exponential``.

Leave it when the next attempt goes somewhere else, such as to the next mirror.
"""

import ast
from collections.abc import Iterator

from autovet.checks.vocabulary.expressions import last_name
from autovet.checks.vocabulary.http_calls import keyword
from autovet.checks.vocabulary.local_calls import called_function, own_calls
from autovet.checks.vocabulary.retries import remote_calls, retry_loop
from autovet.domain.category import Category
from autovet.domain.finding import Finding
from autovet.domain.rule import Rule
from autovet.source.module import Module

RULE = Rule("retry-without-backoff", Category.INTEGRATION, confidence=0.85)

BAD = (
    """
import requests

def rates(url):
    for _ in range(5):  # <--
        try:
            return requests.get(url, timeout=3).json()
        except requests.RequestException:
            continue
    raise RuntimeError("no rates")
""",
    """
import httpx

class Feed:
    def __init__(self, client: httpx.Client):
        self.client = client

    def newest(self):
        failures = 0
        while failures < 3:  # <--
            try:
                answer = self.client.get("/newest")
                break
            except httpx.TransportError:
                failures += 1
        return answer
""",
    """
import requests

def load(url, attempts=3):
    try:
        return requests.get(url, timeout=3).json()
    except requests.RequestException:  # <--
        if attempts == 1:
            raise
        return load(url, attempts - 1)
""",
    """
from tenacity import retry, stop_after_attempt

@retry(stop=stop_after_attempt(5))  # <--
def load(client):
    return client.get("/load")
""",
    """
from requests.adapters import HTTPAdapter
from urllib3.util import Retry

def mount(session):
    session.mount("https://", HTTPAdapter(max_retries=Retry(total=5, status_forcelist=[503])))  # <--
""",
)

GOOD = (
    """
import time
import requests

def rates(url):
    for attempt in range(5):
        try:
            return requests.get(url, timeout=3).json()
        except requests.RequestException:
            time.sleep(2**attempt)
    raise RuntimeError("no rates")
""",
    """
import requests

def first_answer(mirrors):
    for mirror in mirrors:
        try:
            return requests.get(mirror, timeout=3)
        except requests.RequestException:
            continue
    raise RuntimeError("no mirror answers")

def all_pages(session: requests.Session):
    found = []
    for page in range(10):
        try:
            found.append(session.get(f"/pages/{page}", timeout=3).json())
        except requests.RequestException:
            break
    return found
""",
    """
def ask():
    while True:
        try:
            return int(input("How many? "))
        except ValueError:
            print("A number, please.")
""",
    """
import time
import requests

def pause(attempt):
    time.sleep(0.5 * 2**attempt)

def rates(url):
    for attempt in range(5):
        try:
            return requests.get(url, timeout=3).json()
        except requests.RequestException:
            pause(attempt)
""",
)

_WAITING = ("sleep", "wait", "backoff", "back_off", "pause", "delay", "retry_after", "throttle")
_URLLIB3_RETRY = frozenset({"urllib3.Retry", "urllib3.util.Retry", "urllib3.util.retry.Retry", "requests.packages.urllib3.util.retry.Retry", "requests.adapters.Retry"})  # fmt: skip


def check(
    node: ast.For | ast.AsyncFor | ast.While | ast.Call | ast.ExceptHandler, module: Module
) -> Iterator[Finding]:
    """Report attempts that follow each other at once."""
    if module.is_test:
        return
    if isinstance(node, ast.Call):
        yield from _library(node, module)
        return
    if isinstance(node, ast.ExceptHandler):
        yield from _recursion(node, module)
        return
    found = retry_loop(node, module)
    if found is None or _waits(node, module):
        return
    yield module.finding(
        RULE,
        node,
        "a failed attempt is repeated at once, which hammers a service that is already in trouble; "
        "wait longer after each failure, with jitter",
        evidence={"attempt_line": found.attempt.lineno},
    )


def _recursion(handler: ast.ExceptHandler, module: Module) -> Iterator[Finding]:
    """A handler that calls its own function again."""
    attempt, function = module.parent(handler), module.function_of(handler)
    if function is None or not isinstance(attempt, ast.Try):
        return
    again = [
        c
        for s in handler.body
        for c in ast.walk(s)
        if isinstance(c, ast.Call) and last_name(c.func) == function.name
    ]
    if not again or called_function(again[0], module) is not function:
        return
    if remote_calls(attempt.body, module) and not _waits(handler, module):
        yield module.finding(
            RULE,
            handler,
            f"after a failure {function.name}() calls itself again at once, which hammers a service that "
            "is already in trouble; wait longer after each failure, with jitter",
            evidence={"function": function.name},
        )


def _waits(loop: ast.AST, module: Module) -> bool:
    for call in (n for n in ast.walk(loop) if isinstance(n, ast.Call)):
        if last_name(call.func).lower().startswith(_WAITING) or any(
            word in last_name(call.func).lower() for word in ("sleep", "backoff")
        ):
            return True
        function = called_function(call, module)
        if function is not None and any(
            last_name(c.func).lower().startswith(_WAITING) for c in own_calls(function)
        ):
            return True
    return False


def _library(call: ast.Call, module: Module) -> Iterator[Finding]:
    name = module.qualified(call.func)
    if any(k.arg is None for k in call.keywords):
        return
    if name == "tenacity.retry" and call.keywords and keyword(call, "wait") is None:
        yield module.finding(
            RULE,
            call,
            "tenacity repeats at once unless it is given wait=; use wait_random_exponential()",
            evidence={"call": name},
        )
    elif name in _URLLIB3_RETRY and _repeats(call) and keyword(call, "backoff_factor") is None:
        yield module.finding(
            RULE,
            call,
            "Retry repeats at once unless it is given backoff_factor=, whose default is 0",
            evidence={"call": name},
        )


def _repeats(call: ast.Call) -> bool:
    counts = [k.value for k in call.keywords if k.arg in {"total", "connect", "read", "status"}]
    counts += call.args[:1]
    return any(not (isinstance(c, ast.Constant) and (not c.value or c.value == 1)) for c in counts)
