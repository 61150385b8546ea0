"""A function waits for the network or a database synchronously where all its siblings are async.

Finds public functions that send requests or queries and block, in projects, or files, where at least
four others do such work and all of those are coroutine functions; two are enough where they use the
asynchronous twin of the very client that blocks here.

Callers cannot await it, and every call from a coroutine stops the event loop.

Make it ``async def`` with the client that the siblings use. A command-line entry point that starts
the loop is left alone.
"""

import ast
from collections import Counter
from collections.abc import Iterator

from autovet.checks.example import Example
from autovet.checks.vocabulary.database_calls import database_call
from autovet.checks.vocabulary.http_calls import http_call
from autovet.checks.vocabulary.local_calls import own_calls
from autovet.checks.vocabulary.synchronous_io import COUNTERPARTS
from autovet.domain.category import Category
from autovet.domain.finding import Finding
from autovet.domain.rule import Rule
from autovet.project.project import Project
from autovet.source.module import Module
from autovet.source.remembered import by_module
from autovet.source.scopes import FunctionNode

RULE = Rule("sync-among-async", Category.CONSISTENCY, confidence=0.85)

_FIRM = 4
_PAIR = 2
# the clients proper: what merely blocks (a pause, a program) says nothing about the siblings' client
_TWINS = {
    name: twin
    for name, twin in COUNTERPARTS.items()
    if not name.startswith(("time.", "os.", "subprocess.", "socket."))
}
_HOMES = frozenset(name.partition(".")[0] for name in _TWINS)
_HTTP = frozenset({"httpx.AsyncClient", "aiohttp.ClientSession"})
_ASYNC = "import httpx\n\nasync def load(client: httpx.AsyncClient):\n    return await client.get('/a')\n\nasync def store(client: httpx.AsyncClient):\n    return await client.post('/a')\n"
_FILES = {"shop/stock.py": _ASYNC, "shop/price.py": _ASYNC}

BAD = (
    Example(
        "import httpx\n\ndef load(client: httpx.Client):  # <--\n    return client.get('/b')\n",
        files=_FILES,
    ),
    Example(
        "import requests\n\nclass Parcels:\n    def load(self):  # <--\n        return requests.get('/b', timeout=3)\n",
        files=_FILES,
    ),
    """
from redis import Redis as Blocking
from redis.asyncio import Redis

class Shelf:
    def __init__(self, redis: Redis):
        self.redis = redis

    async def count(self, name):
        return await self.redis.get(name)

    async def drop(self, name):
        await self.redis.delete(name)

def rename(redis: Blocking, old, new):  # <--
    redis.rename(old, new)
""",
)

GOOD = (
    """
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Session

async def names(session: AsyncSession):
    return await session.scalars("a")

def sizes(session: Session):
    return session.scalars("b")
""",
    Example(
        "import httpx\n\nasync def load(client: httpx.AsyncClient):\n    return await client.get('/b')\n\ndef name():\n    return 1\n",
        files=_FILES,
    ),
    "import requests\n\ndef load():\n    return requests.get('/b', timeout=3)\n",
)


def check(module: Module, project: Project) -> Iterator[Finding]:
    """Report the functions at their headers."""
    if module.is_test or not (project.known or module.nodes(ast.AsyncFunctionDef)):
        return
    twins = list(_with_the_blocking_twin(module, project))
    yield from twins
    reported = {finding.span.line for finding in twins}
    odd = [f for f in _waiting(module) if isinstance(f, ast.FunctionDef)]
    odd = [f for f in odd if _is_public(f) and f.lineno not in reported]
    if not odd:
        return
    others = [f for m in project.others() if not m.is_test for f in _waiting(m)]
    others += [f for f in _waiting(module) if f not in odd]
    if len(others) < _FIRM or not all(isinstance(f, ast.AsyncFunctionDef) for f in others):
        return
    for function in odd:
        yield module.finding(
            RULE,
            module.header_span(function),
            f"{function.name}() blocks while it waits, the {len(others)} other functions that do such work are async",
            evidence={"async_functions": len(others)},
        )


def _with_the_blocking_twin(module: Module, project: Project) -> Iterator[Finding]:
    """Functions with a client whose asynchronous twin the siblings have."""
    if _HOMES.isdisjoint(n.partition(".")[0] for n in module.scopes.module.imports.values()):
        return
    odd = [
        (f, name)
        for f in module.functions
        if isinstance(f, ast.FunctionDef) and _is_public(f) and (name := _clients(f, module))
    ]
    if not odd:
        return
    places = [module, *(m for m in project.others() if not m.is_test)]
    blocking = {name for m in places[1:] for name in _used(m)[0]}
    asynchronous = Counter(name for m in places for name in _used(m)[1])
    for function, name in odd:
        twin = _TWINS[name]
        if twin in _HTTP:
            twin = max(_HTTP, key=lambda client: (asynchronous[client], client))
        if name in blocking or asynchronous[twin] < _PAIR:
            continue
        yield module.finding(
            RULE,
            module.header_span(function),
            f"{function.name}() blocks with {name}, {asynchronous[twin]} other functions use {twin}",
            evidence={"client": name, "twin": twin, "async_functions": asynchronous[twin]},
        )


def _is_public(function: ast.FunctionDef) -> bool:
    return not function.name.startswith("_") and function.name not in {"main", "cli", "run"}


def _clients(function: FunctionNode, module: Module) -> str:
    """The blocking client that a function takes or opens; empty for none."""
    for name in _names(function, module):
        if name in _TWINS:
            return name
    return ""


def _names(function: FunctionNode, module: Module) -> Iterator[str]:
    taken = [a.annotation for a in (*function.args.args, *function.args.kwonlyargs) if a.annotation]
    for node in (*taken, *(c.func for c in own_calls(function))):
        if isinstance(node, (ast.Name, ast.Attribute)):
            name = module.qualified(node)
            if name is not None:
                yield name


@by_module
def _used(module: Module) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The blocking clients of plain functions, and the asynchronous ones of coroutine functions."""
    blocking: list[str] = []
    asynchronous: list[str] = []
    twins = frozenset(_TWINS.values()) | _HTTP
    for function in module.functions:
        names = set(_names(function, module))
        owner = module.class_of(function)
        if owner is not None:
            names |= _kept(owner, module)
        if isinstance(function, ast.AsyncFunctionDef):
            asynchronous += names & twins
        else:
            blocking += names & set(_TWINS)
    return tuple(blocking), tuple(asynchronous)


def _kept(owner: ast.ClassDef, module: Module) -> set[str]:
    """What a class takes when it is made."""
    makers = (s for s in owner.body if isinstance(s, ast.FunctionDef) and s.name == "__init__")
    return {name for maker in makers for name in _names(maker, module)}


@by_module
def _waiting(module: Module) -> tuple[FunctionNode, ...]:
    """The functions that themselves send requests or queries."""
    return tuple(
        f
        for f in module.functions
        if any(
            http_call(c, module) is not None or database_call(c, module) is not None
            for c in own_calls(f)
            if isinstance(c.func, (ast.Attribute, ast.Name))
        )
    )
