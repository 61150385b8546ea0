"""A function waits for the network or a database synchronously where all its siblings are async.

Finds public functions that send requests or queries and block, in projects, or files, where at least
four others do such work and all of those are coroutine functions.

Callers cannot await it, and every call from a coroutine stops the event loop.

Make it ``async def`` with the client that the siblings use. A command-line entry point that starts
the loop is left alone.
"""

import ast
from collections.abc import Iterator

from autovet.checks.example import Example
from autovet.checks.vocabulary.database_calls import database_call
from autovet.checks.vocabulary.http_calls import http_call
from autovet.checks.vocabulary.local_calls import own_calls
from autovet.domain.category import Category
from autovet.domain.finding import Finding
from autovet.domain.rule import Rule
from autovet.project.project import Project
from autovet.source.module import Module
from autovet.source.remembered import by_module
from autovet.source.scopes import FunctionNode

RULE = Rule("sync-among-async", Category.CONSISTENCY, confidence=0.85)

_FIRM = 4
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
)

GOOD = (
    Example(
        "import httpx\n\nasync def load(client: httpx.AsyncClient):\n    return await client.get('/b')\n\ndef name():\n    return 1\n",
        files=_FILES,
    ),
    "import requests\n\ndef load():\n    return requests.get('/b', timeout=3)\n",
)


def check(module: Module, project: Project) -> Iterator[Finding]:
    """Report the functions at their headers."""
    if module.is_test:
        return
    odd = [f for f in _waiting(module) if isinstance(f, ast.FunctionDef)]
    odd = [f for f in odd if not f.name.startswith("_") and f.name != "main"]
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
