"""A request to another service for every item, one after the other.

Finds loops over data that fetch something over HTTP for each item and wait for it before they go on,
directly or through a function of the module.

Two hundred items cost two hundred round trips in sequence: at 80 ms each, the caller waits 16 seconds,
and the other service sees the load.

Ask for all items in one request where the service allows it (``?ids=1,2,3``), or send the requests
side by side from a bounded pool of threads or tasks. Leave it where the order matters, or where the
other side allows only one request at a time.
"""

import ast
from collections.abc import Iterator

from autovet.checks.vocabulary.expressions import last_name, names_in
from autovet.checks.vocabulary.http_calls import HttpCall, http_call
from autovet.checks.vocabulary.local_calls import called_function, own_calls
from autovet.checks.vocabulary.repetition import Repetition, repetitions_of
from autovet.domain.category import Category
from autovet.domain.finding import Finding
from autovet.domain.rule import Rule
from autovet.source.module import Module

RULE = Rule("request-for-every-item", Category.PERFORMANCE, confidence=0.75)

BAD = (
    """
import requests

def priced(session: requests.Session, articles):
    for article in articles:
        answer = session.get(f"https://prices.example.org/{article.sku}", timeout=5)  # <--
        answer.raise_for_status()
        article.price = answer.json()["price"]
    return articles
""",
    """
import httpx

def weather(client: httpx.Client, town):
    answer = client.get("/weather", params={"town": town})
    answer.raise_for_status()
    return answer.json()["degrees"]

def table(client: httpx.Client, towns):
    return {town.name: weather(client, town.name) for town in towns}  # <--
""",
)

GOOD = (
    """
import requests

def priced(session: requests.Session, articles):
    skus = ",".join(article.sku for article in articles)
    answer = session.get("https://prices.example.org/", params={"skus": skus}, timeout=5)
    answer.raise_for_status()
    return answer.json()

def pages(session: requests.Session, count):
    for number in range(1, count):
        yield session.get("https://prices.example.org/", params={"page": number}, timeout=5).json()
""",
    """
import time
import requests

def watched(session: requests.Session, hosts, patience):
    for host in hosts:
        session.get(f"https://{host}/alive", timeout=5)
        time.sleep(patience)

def first(session: requests.Session, mirrors):
    for mirror in mirrors:
        answer = session.get(f"{mirror}/index", timeout=5)
        if answer.ok:
            return answer.json()
    return None

def notified(session: requests.Session, people):
    for person in people:
        session.post(f"https://mail.example.org/{person.id}", timeout=5)
""",
)

_LIBRARIES = ("requests", "httpx", "urllib")
_PAGING = ("page", "offset", "attempt", "cursor", "batch", "chunk", "token", "retry", "url", "host", "mirror", "server", "address", "endpoint", "link", "site", "node", "target", "feed")  # fmt: skip


def check(call: ast.Call, module: Module) -> Iterator[Finding]:
    """Report the request."""
    if module.is_test or not isinstance(call.func, (ast.Name, ast.Attribute)):
        return
    if not _speaks_http(module):
        return
    repetitions = [r for r in repetitions_of(call, module) if r.iterable is not None and r.is_long]
    if not repetitions:
        return
    request, through = http_call(call, module), None
    if request is None:
        request, through = _inside(call, module)
    if request is None or request.method != "GET" or not request.library or not request.blocking:
        return
    loop = repetitions[0]
    if _is_made_to_go_one_by_one(loop) or not _varies(call, loop, module):
        return
    yield module.finding(
        RULE,
        call,
        f"every item of the loop in line {getattr(loop.node, 'lineno', 0)} waits for a request of its own"
        f"{f' (in {through}())' if through else ''}; ask for all at once, or send them side by side",
        evidence={"loop_line": getattr(loop.node, "lineno", 0), "through": through},
    )


def _speaks_http(module: Module) -> bool:
    """Whether the module mentions a library whose calls wait for their answers."""
    key = "request_for_every_item.library"
    if key not in module.memo:
        module.memo[key] = any(library in module.text for library in _LIBRARIES)
    return bool(module.memo[key])


def _inside(call: ast.Call, module: Module) -> tuple[HttpCall | None, str | None]:
    """The one request that a function of the module sends on behalf of its arguments."""
    function = called_function(call, module)
    if not isinstance(function, ast.FunctionDef) or function is module.function_of(call):
        return None, None
    if function.decorator_list:  # may well be a cache
        return None, None
    sent = [r for r in (http_call(c, module) for c in own_calls(function)) if r is not None]
    return (sent[0], function.name) if len(sent) == 1 else (None, None)


def _is_made_to_go_one_by_one(loop: Repetition) -> bool:
    """Whether the loop pages, tries one after the other, waits, or goes over whole addresses."""
    if any(name.lower().startswith(_PAGING) or name.lower().endswith(_PAGING) for name in loop.targets):  # fmt: skip
        return True
    iterable = loop.iterable
    if isinstance(iterable, ast.Call) and last_name(iterable.func) in {"range", "count"}:
        return True
    return any(
        isinstance(n, (ast.Break, ast.Return, ast.Yield, ast.YieldFrom, ast.Continue))
        or (isinstance(n, ast.Call) and last_name(n.func) in {"sleep", "wait"})
        for n in ast.walk(loop.node)
    )


def _varies(call: ast.Call, loop: Repetition, module: Module) -> bool:
    """Whether the request asks for something of the item."""
    for part in (*call.args, *(k.value for k in call.keywords)):
        if names_in(part) & loop.targets:
            return True
        value = module.assigned(part)
        if value is not None and names_in(value) & loop.targets:
            return True
    return False
