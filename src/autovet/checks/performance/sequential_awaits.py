"""Independent waits are done one after the other.

Finds loops that do nothing but await one call per item and collect the results, although no round
needs the one before it, and requests awaited in consecutive statements that do not use each other's
results. Ten requests of 200 ms take two seconds instead of 200 ms.

Run them together with ``asyncio.gather`` or a ``TaskGroup``, with a semaphore where the other side
must be spared.

Leave it when the order matters, or when the calls share one connection that serves one at a time.
"""

import ast
from collections.abc import Iterator

from autovet.checks.vocabulary.expressions import last_name, names_in
from autovet.checks.vocabulary.http_calls import http_call
from autovet.checks.vocabulary.local_calls import called_function, own_calls
from autovet.checks.vocabulary.repetition import is_short
from autovet.checks.vocabulary.value_types import type_of
from autovet.domain.category import Category
from autovet.domain.finding import Finding
from autovet.domain.rule import Rule
from autovet.domain.severity import Severity
from autovet.source.module import Module

RULE = Rule("sequential-awaits", Category.PERFORMANCE, severity=Severity.INFO, confidence=0.6)

BAD = (
    """
async def load_all(loader, addresses):
    return [await loader.load(address) for address in addresses]  # <--
""",
    """
import httpx

async def fetch(client: httpx.AsyncClient, path):
    return await client.get(path)

async def dashboard(client: httpx.AsyncClient):
    news = await fetch(client, "/news")
    tides = await client.get("/tides")  # <--
    return news, tides
""",
    """
async def load_all(loader, addresses):
    pages = []
    for address in addresses:
        page = await loader.load(address)  # <--
        pages.append(page)
    return pages
""",
    """
import aiohttp

async def by_name(names, fetch):
    found = {}
    for name in names:
        found[name] = await fetch(name)  # <--
    return found

async def pages(session: aiohttp.ClientSession, numbers):
    texts = []
    for number in numbers:
        async with session.get(f"https://example.org/{number}") as answer:  # <--
            texts.append(await answer.text())
    return texts

async def prices(client, articles):
    sums = {}
    for article in articles:
        path = f"/prices/{article.sku}"
        answer = await client.fetch_json(path)  # <--
        sums[article.sku] = answer["cents"]
    return sums
""",
)

GOOD = (
    """
import asyncio

async def load_all(loader, addresses):
    return await asyncio.gather(*(loader.load(address) for address in addresses))
""",
    """
import httpx

async def dashboard(client: httpx.AsyncClient):
    user = await client.get("/user")
    return await client.get(f"/news/{user.json()['id']}")

async def both(client: httpx.AsyncClient):
    token = await client.post("/login")
    news = await client.get("/news", headers={"Authorization": token.text})
    return news
""",
    """
async def follow(loader, addresses):
    last = None
    for address in addresses:
        last = await loader.load(address, after=last)
    return last

async def chained(names, fetch):
    found = {}
    token = ""
    for name in names:
        page = await fetch(name, token)
        token = page.token
        found[name] = page
    return found

async def until(names, fetch):
    for name in names:
        page = await fetch(name)
        if page.last:
            break
        print(page)

async def store(session, rows):
    for row in rows:
        await session.execute(row)
""",
)

_FETCHING = ("get_", "fetch_", "load_", "list_", "search_", "find_", "query_")
_ASKING = frozenset({"get", "fetch", "load", "search", "find", "list", "lookup"})
_PLAINLY_REMOTE = ("fetch", "download", "_fetch", "_download")
_NOT_TOGETHER = (
    ast.Break, ast.Return, ast.Continue, ast.Raise, ast.Yield, ast.YieldFrom, ast.Try, ast.With, ast.AsyncWith,
    ast.AsyncFor, ast.While, ast.If,
)  # fmt: skip
_REMOTE = ("api", "client", "gateway", "_service", "sdk")
_SERIAL = frozenset({"session", "conn", "connection", "cursor", "cur", "db", "tx", "transaction", "lock", "queue", "websocket", "ws", "writer", "reader", "stream", "page", "browser", "pipe", "asyncio"})  # fmt: skip


def check(awaited: ast.Await, module: Module) -> Iterator[Finding]:
    """Report loops whose rounds could wait together."""
    call = awaited.value
    if not isinstance(call, ast.Call) or module.is_test:
        return
    request = _request_around(awaited, module)
    if request is not None:
        yield _finding(request, module)
        return
    if isinstance(call.func, ast.Attribute) and (
        last_name(call.func.value).lstrip("_").lower() in _SERIAL
        or (type_of(call.func.value, module) or "").endswith(("Session", "Connection", "Cursor"))
    ):
        return
    parent = module.parent(awaited)
    if isinstance(parent, ast.Assign) and _follows_independently(parent, module):
        yield _finding(awaited, module)
        return
    if isinstance(parent, ast.ListComp) and parent.elt is awaited and len(parent.generators) == 1:
        generator = parent.generators[0]
        if not generator.is_async and not is_short(generator.iter):
            yield _finding(awaited, module)
        return
    loop = module.loop_of(awaited)
    if not isinstance(loop, ast.For) or is_short(loop.iter):
        return
    if len(loop.body) == 1 and isinstance(parent, ast.Assign):
        stored = isinstance(parent.targets[0], ast.Subscript) and module.parent(parent) is loop
        if stored and _rounds_are_independent(awaited, call, loop, module):
            yield _finding(awaited, module)
        return
    if len(loop.body) == 1 and isinstance(parent, ast.Call) and last_name(parent.func) == "append":
        alone = isinstance(loop.body[0], ast.Expr) and loop.body[0].value is parent
        if alone and names_in(call) & names_in(loop.target):
            yield _finding(awaited, module)
        return
    if len(loop.body) != 2:
        if _rounds_are_independent(awaited, call, loop, module):
            yield _finding(awaited, module)
        return
    first, second = loop.body
    if not isinstance(first, ast.Assign) or first.value is not awaited:
        return
    if not names_in(call) & names_in(loop.target):
        return
    collects = isinstance(second, ast.Expr) and isinstance(second.value, ast.Call) and last_name(second.value.func) in {"append", "extend", "add", "update"}  # fmt: skip
    stores = isinstance(second, ast.Assign) and isinstance(second.targets[0], ast.Subscript)
    if collects or stores:
        yield _finding(awaited, module)


def _request_around(awaited: ast.Await, module: Module) -> ast.Call | None:
    """The request of ``async with session.get(...)`` whose answer is awaited, if each item sends one."""
    block = module.parent(module.statement_of(awaited))
    if not isinstance(block, ast.AsyncWith) or len(block.items) != 1:
        return None
    sent, loop = block.items[0].context_expr, module.parent(block)
    if not isinstance(sent, ast.Call) or not isinstance(loop, ast.For) or is_short(loop.iter):
        return None
    request = http_call(sent, module)
    if request is None or request.method != "GET" or not names_in(sent) & names_in(loop.target):
        return None
    first = next((n for n in ast.walk(block) if isinstance(n, ast.Await)), None)
    inside = [n for n in ast.walk(loop) if isinstance(n, _NOT_TOGETHER) and n is not block]
    return sent if first is awaited and not inside else None


def _rounds_are_independent(
    awaited: ast.Await, call: ast.Call, loop: ast.For, module: Module
) -> bool:
    """Whether each round waits once, for something of its own item, and all rounds are run."""
    statement = module.statement_of(awaited)
    if statement not in loop.body:
        return False
    made_before: set[str] = set()
    from_item = set(names_in(loop.target))
    for earlier in loop.body[: loop.body.index(statement)]:
        if isinstance(earlier, ast.Assign):
            made_before |= {n for t in earlier.targets for n in names_in(t)}
            if names_in(earlier.value) & from_item:
                from_item |= made_before
    if not names_in(call) & from_item:
        return False
    stored: set[str] = set()
    for node in ast.walk(loop):
        if isinstance(node, _NOT_TOGETHER) or (isinstance(node, ast.Await) and node is not awaited):
            return False
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            stored.add(node.id)
        elif isinstance(node, ast.AugAssign):
            stored |= names_in(node.target)
    return not names_in(call) & (stored - names_in(loop.target) - made_before)


def _follows_independently(statement: ast.Assign, module: Module) -> bool:
    """Whether the statement before awaits a request too, whose result this one does not use."""
    block = getattr(module.parent(statement), "body", [])
    position = block.index(statement) if statement in block else 0
    before = block[position - 1] if position else None
    if not isinstance(before, ast.Assign) or not isinstance(before.value, ast.Await):
        return False
    calls = [a.value.value for a in (before, statement) if isinstance(a.value, ast.Await)]
    if not all(isinstance(c, ast.Call) and _reads_remotely(c, module) for c in calls):
        return False
    produced = frozenset[str]().union(*(names_in(t) for t in before.targets))
    return not produced & names_in(statement.value)


def _reads_remotely(call: ast.Call, module: Module) -> bool:
    """Whether a call, or the coroutine of this module that it runs, only fetches over HTTP."""
    if last_name(call.func).startswith(_PLAINLY_REMOTE) and (call.args or call.keywords):
        return True
    match call.func:
        case ast.Attribute(attr=method, value=receiver) if (
            method.startswith(_FETCHING) or method in _ASKING
        ):
            if last_name(receiver).lower().endswith(_REMOTE):
                return True
    request = http_call(call, module)
    if request is not None:
        return request.method == "GET" and not request.blocking and bool(request.library)
    function = called_function(call, module)
    inner = [http_call(c, module) for c in own_calls(function)] if function else []
    sent = [r for r in inner if r is not None]
    return bool(sent) and all(r.method == "GET" and not r.blocking for r in sent)


def _finding(awaited: ast.Await | ast.Call, module: Module) -> Finding:
    call = awaited.value if isinstance(awaited, ast.Await) else awaited
    remote = isinstance(call, ast.Call) and _reads_remotely(call, module)
    return module.finding(
        RULE,
        awaited,
        "this waits for the request before it although it does not need its result; run them together "
        "with asyncio.gather",
        evidence={"awaited": ast.unparse(call)},
        severity=Severity.WARNING if remote else None,
        confidence=0.75 if remote else None,
    )
