"""Independent waits are done one after the other.

Finds loops that do nothing but await one call per item and collect the results, although no round
needs the one before it. Ten requests of 200 ms take two seconds instead of 200 ms.

Run them together with ``asyncio.gather`` or a ``TaskGroup``, with a semaphore where the other side
must be spared.

Leave it when the order matters, or when the calls share one connection that serves one at a time.
"""

import ast
from collections.abc import Iterator

from autovet.checks.vocabulary.expressions import last_name, names_in
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
async def load_all(loader, addresses):
    pages = []
    for address in addresses:
        page = await loader.load(address)  # <--
        pages.append(page)
    return pages
""",
)

GOOD = (
    """
import asyncio

async def load_all(loader, addresses):
    return await asyncio.gather(*(loader.load(address) for address in addresses))
""",
    """
async def follow(loader, addresses):
    last = None
    for address in addresses:
        last = await loader.load(address, after=last)
    return last

async def store(session, rows):
    for row in rows:
        await session.execute(row)
""",
)

_SERIAL = frozenset({"session", "conn", "connection", "cursor", "cur", "db", "tx", "transaction", "lock", "queue", "websocket", "ws", "writer", "reader", "stream", "page", "browser", "pipe", "asyncio"})  # fmt: skip


def check(awaited: ast.Await, module: Module) -> Iterator[Finding]:
    """Report loops whose rounds could wait together."""
    call = awaited.value
    if not isinstance(call, ast.Call) or module.is_test:
        return
    if isinstance(call.func, ast.Attribute) and (
        last_name(call.func.value).lstrip("_").lower() in _SERIAL
        or (type_of(call.func.value, module) or "").endswith(("Session", "Connection", "Cursor"))
    ):
        return
    parent = module.parent(awaited)
    if isinstance(parent, ast.ListComp) and parent.elt is awaited and len(parent.generators) == 1:
        generator = parent.generators[0]
        if not generator.is_async and not is_short(generator.iter):
            yield _finding(awaited, module)
        return
    loop = module.loop_of(awaited)
    if not isinstance(loop, ast.For) or is_short(loop.iter) or len(loop.body) != 2:
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


def _finding(awaited: ast.Await, module: Module) -> Finding:
    return module.finding(
        RULE,
        awaited,
        "each round waits for the one before although none needs it; run them together with "
        "asyncio.gather",
        evidence={"awaited": ast.unparse(awaited.value)},
    )
