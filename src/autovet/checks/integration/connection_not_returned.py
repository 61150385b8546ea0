"""A connection or session that is taken from a pool and goes back only when all goes well.

Finds connections from ``getconn`` and ``acquire`` and sessions from a session factory that are given
back, if at all, in a plain statement after the work.

When the work fails the connection stays taken. After a few errors the pool is empty and every
request waits for ever.

Use ``with`` (``async with``) or give it back in ``finally``. What is returned or stored belongs to
the caller and is left alone.
"""

import ast
from collections.abc import Iterator

from autovet.checks.syntax.own_nodes import own_nodes
from autovet.checks.vocabulary.expressions import last_name
from autovet.checks.vocabulary.value_types import type_of
from autovet.domain.category import Category
from autovet.domain.finding import Finding
from autovet.domain.rule import Rule
from autovet.source.module import Module
from autovet.source.scopes import FunctionNode

RULE = Rule("connection-not-returned", Category.INTEGRATION, confidence=0.82, cwe=772)

_BORROWS = frozenset({"getconn", "acquire", "get_connection", "raw_connection"})
_ENGINES = frozenset({"sqlalchemy.Engine", "sqlalchemy.ext.asyncio.AsyncEngine"})
_RETURNS = frozenset({"putconn", "release", "close", "aclose", "put", "remove"})

BAD = (
    """
from sqlalchemy import Engine, text

class Visits:
    def __init__(self, engine: Engine):
        self.engine = engine

    def count(self):
        link = self.engine.connect()  # <--
        return link.execute(text("SELECT count(*) FROM visits")).scalar_one()
""",
    """
from psycopg2.pool import ThreadedConnectionPool

pool = ThreadedConnectionPool(1, 5, "dbname=parcels")

def weights():
    link = pool.getconn()  # <--
    with link.cursor() as cursor:
        cursor.execute("SELECT weight FROM parcels")
        rows = cursor.fetchall()
    pool.putconn(link)
    return rows
""",
    """
from parcels.store import Parcel, SessionLocal

def weights():
    session = SessionLocal()  # <--
    found = [p.weight for p in session.query(Parcel)]
    session.close()
    return found
""",
)

GOOD = (
    """
from psycopg2.pool import ThreadedConnectionPool

pool = ThreadedConnectionPool(1, 5, "dbname=parcels")

def weights():
    link = pool.getconn()
    try:
        return link.execute("SELECT weight FROM parcels")
    finally:
        pool.putconn(link)

def taken():
    link = pool.getconn()
    return link
""",
    """
from contextlib import closing

from parcels.store import Parcel, SessionLocal

def weights():
    with SessionLocal() as session:
        return [p.weight for p in session.query(Parcel)]

def session():
    opened = SessionLocal()
    try:
        yield opened
    finally:
        opened.close()

class Desk:
    def __init__(self):
        session = SessionLocal()
        self.session = session

def handed():
    session = SessionLocal()
    with closing(session):
        session.add(1)

def turn(lock):
    lock.acquire()
    with lock.acquire() as held:
        return held
""",
)


def check(node: ast.Assign, module: Module) -> Iterator[Finding]:
    """Report where the connection is taken."""
    value = node.value.value if isinstance(node.value, ast.Await) else node.value
    if (
        not isinstance(value, ast.Call)
        or not isinstance(node.targets[0], ast.Name)
        or module.is_test
    ):
        return
    if not _borrows(value, module):
        return
    function = module.function_of(node)
    name = node.targets[0].id
    if function is None or _is_kept_safe(name, function, module):
        return
    if not _is_used(name, function):
        return
    yield module.finding(
        RULE,
        node,
        f"{name} goes back only when nothing fails, and a pool has few: use a with block or give it back in finally",
        evidence={"taken_by": ast.unparse(value.func)},
    )


def _borrows(call: ast.Call, module: Module) -> bool:
    func = call.func
    if isinstance(func, ast.Attribute) and func.attr in _BORROWS:
        holder = last_name(func.value).lower()
        return "pool" in holder or (func.attr in {"getconn", "raw_connection"})
    if isinstance(func, ast.Attribute) and func.attr == "connect" and not call.args:
        return (type_of(func.value, module) or "") in _ENGINES
    name = last_name(func)
    if name in {"SessionLocal", "AsyncSessionLocal", "SessionFactory", "session_factory"}:
        return not call.args
    kind = type_of(func, module) if isinstance(func, (ast.Name, ast.Attribute)) else None
    return (kind or "").endswith("sessionmaker")


def _is_kept_safe(name: str, function: FunctionNode, module: Module) -> bool:
    """Whether it is given back in any case, or leaves the function."""
    for node in own_nodes(function.body):
        if isinstance(node, (ast.Try, ast.TryStar)):
            for inner in (n for s in node.finalbody for n in ast.walk(s)):
                if isinstance(inner, ast.Name) and inner.id == name:
                    return True
        if not isinstance(node, ast.Name) or node.id != name or not isinstance(node.ctx, ast.Load):
            continue
        parent = module.parent(node)
        if isinstance(
            parent,
            (ast.Return, ast.Yield, ast.withitem, ast.Assign, ast.Tuple, ast.keyword, ast.Dict),
        ):
            return True
        handed = isinstance(parent, ast.Call) and node in parent.args
        if handed and isinstance(parent, ast.Call) and last_name(parent.func) not in _RETURNS:
            return True
        if isinstance(parent, ast.Attribute) and parent.attr in {"begin", "close"}:
            call = module.parent(parent)
            if isinstance(module.parent(call) if call else None, ast.withitem):
                return True
    return False


def _is_used(name: str, function: FunctionNode) -> bool:
    return any(
        isinstance(n, ast.Attribute) and isinstance(n.value, ast.Name) and n.value.id == name
        for n in own_nodes(function.body)
    )
