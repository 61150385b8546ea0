"""A POST that creates something is repeated after a failure, without an idempotency key.

Finds POST requests inside retry loops or under retry decorators (``tenacity``, ``backoff``).
A timeout does not say that nothing happened: the first attempt may have
succeeded, and the second one charges, orders or sends once more.

Make one key before the first attempt and send it with all of them (``Idempotency-Key``), or repeat
only what certainly never reached the server (refused connections).

Leave it when the endpoint only reads, or its documentation calls it idempotent.
"""

import ast
from collections.abc import Iterator

from autovet.checks.vocabulary.http_calls import HttpCall, http_call
from autovet.checks.vocabulary.retries import remote_calls, retry_decorator, retry_loop
from autovet.domain.category import Category
from autovet.domain.finding import Finding
from autovet.domain.rule import Rule
from autovet.source.module import Module

RULE = Rule("retry-of-non-idempotent-request", Category.INTEGRATION, confidence=0.8)

BAD = (
    """
from urllib3.util.retry import Retry

def policy():
    return Retry(total=3, backoff_factor=1, allowed_methods={"GET", "POST"})  # <--
""",
    """
import time
import requests

def order(basket):
    for attempt in range(3):
        try:
            return requests.post("https://shop.example/orders", json=basket, timeout=5)  # <--
        except requests.RequestException:
            time.sleep(2**attempt)
    raise RuntimeError("not ordered")
""",
    """
import httpx
from tenacity import retry, stop_after_attempt, wait_random_exponential

@retry(stop=stop_after_attempt(4), wait=wait_random_exponential())
def transfer(client: httpx.Client, cents: int) -> None:
    client.post("/transfers", json={"cents": cents}).raise_for_status()  # <--
""",
)

GOOD = (
    """
import time
import uuid
import requests

def order(basket):
    headers = {"Idempotency-Key": str(uuid.uuid4())}
    for attempt in range(3):
        try:
            return requests.post(
                "https://shop.example/orders", json=basket, headers=headers, timeout=5
            )
        except requests.RequestException:
            time.sleep(2**attempt)
    raise RuntimeError("not ordered")
""",
    """
import time
import httpx

def search(client: httpx.Client, words):
    for attempt in range(3):
        try:
            return client.post("/search", json=words)
        except httpx.TransportError:
            time.sleep(2**attempt)

def order(client: httpx.Client, basket):
    for attempt in range(3):
        try:
            return client.post("/orders", json=basket)
        except httpx.ConnectError:
            time.sleep(2**attempt)
""",
    """
import time
import requests

def order(basket):
    for attempt in range(3):
        try:
            return requests.put("https://shop.example/orders/7", json=basket, timeout=5)
        except requests.RequestException:
            time.sleep(2**attempt)
""",
)

_READING = ("search", "query", "graphql", "token", "login", "auth", "lookup", "find", "validate", "embeddings", "completions", "translate", "predict")  # fmt: skip
_NEVER_SENT = frozenset({"httpx.ConnectError", "httpx.ConnectTimeout", "httpx.PoolTimeout", "requests.ConnectTimeout", "requests.exceptions.ConnectTimeout", "aiohttp.ClientConnectorError", "builtins.ConnectionRefusedError"})  # fmt: skip


def check(
    node: ast.For | ast.AsyncFor | ast.While | ast.FunctionDef | ast.AsyncFunctionDef | ast.Call,
    module: Module,
) -> Iterator[Finding]:
    """Report repeated POST requests."""
    if module.is_test:
        return
    if isinstance(node, ast.Call):
        yield from _adapter(node, module)
        return
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
        if retry_decorator(node, module) is None:
            return
        calls = remote_calls(node.body, module)
    else:
        found = retry_loop(node, module)
        if found is None or all(_never_sent(h, module) for h in found.going_on):
            return
        calls = remote_calls(found.attempt.body, module)
    around = (
        module.function_of(node) if isinstance(node, (ast.For, ast.AsyncFor, ast.While)) else node
    )
    if around is not None and _has_key(around):
        return
    for call, request in calls:
        if request.method != "POST" or _only_reads(request):
            continue
        if http_call(call, module) is None and _has_key(module.tree):
            continue
        yield module.finding(
            RULE,
            call,
            "this POST is repeated after a failure although the first attempt may have succeeded; "
            "send one Idempotency-Key with all attempts",
            evidence={"method": request.method, "library": request.library},
        )


def _adapter(call: ast.Call, module: Module) -> Iterator[Finding]:
    """urllib3's ``Retry`` told to repeat POST as well."""
    if not (module.qualified(call.func) or "").endswith(".Retry") or _has_key(module.tree):
        return
    for given in call.keywords:
        if given.arg not in {"allowed_methods", "method_whitelist"}:
            continue
        every = isinstance(given.value, ast.Constant) and given.value.value in {None, False}
        named = any(
            isinstance(n, ast.Constant) and n.value in {"POST", "PATCH"}
            for n in ast.walk(given.value)
        )
        if every or named:
            yield module.finding(
                RULE,
                call,
                "POST is repeated after a failure although the first attempt may have succeeded; leave it "
                "out of allowed_methods",
                evidence={"method": "POST", "library": "urllib3"},
            )


def _has_key(piece: ast.AST) -> bool:
    for node in ast.walk(piece):
        match node:
            case ast.Constant(value=str(text)) if "idempot" in text.lower() and len(text) < 60:
                return True
            case ast.Name(id=name) | ast.Attribute(attr=name) | ast.arg(arg=name):
                if any(word in name.lower() for word in ("idempot", "request_id", "dedup")):
                    return True
    return False


def _only_reads(request: HttpCall) -> bool:
    words = [
        n.value.lower()
        for n in (ast.walk(request.url) if request.url is not None else ())
        if isinstance(n, ast.Constant) and isinstance(n.value, str)
    ]
    names = [n.id.lower() for n in (ast.walk(request.url) if request.url else ()) if isinstance(n, ast.Name)]  # fmt: skip
    return any(word in text for text in [*words, *names] for word in _READING)


def _never_sent(handler: ast.ExceptHandler, module: Module) -> bool:
    kinds = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    return all(k is not None and module.qualified(k) in _NEVER_SENT for k in kinds)
