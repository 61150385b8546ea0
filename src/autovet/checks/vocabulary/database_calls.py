"""Which calls send a statement to a database."""

import ast
from dataclasses import dataclass
from typing import Literal

from autovet.checks.vocabulary.value_types import type_of
from autovet.source.module import Module

_READS = frozenset({"SELECT", "WITH", "VALUES", "SHOW"})
_WRITES = frozenset({"INSERT", "UPDATE", "DELETE", "REPLACE", "MERGE", "CREATE", "DROP", "ALTER"})
_RAW = frozenset({"execute", "executemany", "executescript", "fetch", "fetchrow", "fetchval", "fetch_all", "fetch_one", "exec_driver_sql"})  # fmt: skip
_SESSION_READS = frozenset({"get", "get_one", "query", "scalars", "scalar", "execute", "exec", "refresh"})  # fmt: skip
_SESSIONS = frozenset({"sqlalchemy.orm.Session", "sqlalchemy.ext.asyncio.AsyncSession", "sqlalchemy.Connection", "sqlalchemy.ext.asyncio.AsyncConnection"})  # fmt: skip
_SESSION_NAMES = frozenset({"session", "db", "db_session", "sess", "dbsession"})
_BUILDERS = frozenset({"select", "insert", "update", "delete", "text"})
_DJANGO_QUERIES = frozenset({"get", "first", "last", "count", "exists", "create", "get_or_create", "update_or_create", "aggregate", "all", "filter", "exclude", "latest", "earliest", "in_bulk", "bulk_create", "bulk_update"})  # fmt: skip
_DJANGO_WRITES = frozenset({"create", "get_or_create", "update_or_create", "bulk_create", "bulk_update"})  # fmt: skip
_FLASK_QUERIES = frozenset({"get", "get_or_404", "all", "first", "filter", "filter_by", "count", "paginate", "first_or_404", "order_by"})  # fmt: skip
_ASYNC_LIBRARIES = ("aiosqlite.", "asyncpg.", "sqlalchemy.ext.asyncio.", "psycopg.Async")

Kind = Literal["read", "write", ""]


@dataclass(frozen=True, slots=True)
class DatabaseCall:
    """A call that sends a statement.

    Attributes:
        library: ``dbapi`` (cursors and connections), ``sqlalchemy`` or ``django``.
        kind: ``read``, ``write`` or empty when the statement does not show it.
        receiver: the connection, cursor, session or manager.
        statement: the statement, where there is one.
        blocking: whether the calling thread waits for the answer.
    """

    library: Literal["dbapi", "sqlalchemy", "django"]
    kind: Kind
    receiver: ast.expr
    statement: ast.expr | None
    blocking: bool


def database_call(call: ast.Call, module: Module) -> DatabaseCall | None:
    """Say what statement a call sends; None when it sends none, as far as one can tell."""
    func = call.func
    if not isinstance(func, ast.Attribute):
        return None
    first = call.args[0] if call.args else None
    if func.attr in _DJANGO_QUERIES and _is_manager(func.value):
        kind: Kind = "write" if func.attr in _DJANGO_WRITES else "read"
        return DatabaseCall("django", kind, func.value, None, blocking=True)
    if func.attr in _FLASK_QUERIES and _is_flask_query(func.value):
        return DatabaseCall("sqlalchemy", "read", func.value, None, blocking=True)
    if func.attr not in _RAW and func.attr not in _SESSION_READS:
        return None
    awaited = isinstance(module.parent(call), ast.Await)
    if func.attr in _RAW and (sql := sql_text(first, module)) is not None:
        library: Literal["dbapi", "sqlalchemy"] = "sqlalchemy" if _wrapped(first) else "dbapi"
        return DatabaseCall(library, _kind(sql), func.value, first, blocking=not awaited)
    built = _statement_builder(first, module) if first is not None else None
    if built and func.attr in _SESSION_READS | _RAW:
        kind = "read" if built == "select" else "" if built == "text" else "write"
        return DatabaseCall("sqlalchemy", kind, func.value, first, blocking=not awaited)
    receiver = type_of(func.value, module)
    if receiver is not None:
        if receiver in _SESSIONS and func.attr in _SESSION_READS:
            blocking = ".asyncio." not in receiver
            reads = func.attr in {"get", "get_one", "query", "refresh"}
            return DatabaseCall("sqlalchemy", "read" if reads else "", func.value, first, blocking)
        if func.attr in _RAW and receiver.endswith(("Connection", "Cursor", "asyncpg.Pool")):
            blocking = not receiver.startswith(_ASYNC_LIBRARIES)
            return DatabaseCall("dbapi", "", func.value, first, blocking)
        return None
    if func.attr in {"get", "query"} and _names_session(func.value) and _is_model(first):
        return DatabaseCall("sqlalchemy", "read", func.value, first, blocking=not awaited)
    return None


def sql_text(node: ast.expr | None, module: Module) -> str | None:
    """The text of an SQL statement, as far as it is literal; None for anything else."""
    if _wrapped(node) and isinstance(node, ast.Call):
        node = node.args[0]
    if isinstance(node, ast.Name):
        node = module.assigned(node)
    while isinstance(node, ast.BinOp):
        node = node.left
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        node = node.func.value if node.func.attr == "format" else None
    parts = node.values if isinstance(node, ast.JoinedStr) else [node]
    texts = [p.value for p in parts if isinstance(p, ast.Constant) and isinstance(p.value, str)]
    text = " ? ".join(texts)
    word = text.split(None, 1)[0].upper() if text.strip() else ""
    return text if word in _READS or word in _WRITES else None


def _kind(sql: str) -> Kind:
    word = sql.split(None, 1)[0].upper()
    return "read" if word in _READS else "write"


def _wrapped(node: ast.expr | None) -> bool:
    return (
        isinstance(node, ast.Call)
        and bool(node.args)
        and getattr(node.func, "id", getattr(node.func, "attr", "")) == "text"
    )


def _statement_builder(node: ast.expr, module: Module) -> str | None:
    """``select``, ``insert``... when the expression is a chain that starts with SQLAlchemy's."""
    if isinstance(node, ast.Name):
        node = module.assigned(node) or node
    while isinstance(node, ast.Call):
        if isinstance(node.func, ast.Attribute) and not isinstance(node.func.value, ast.Name):
            node = node.func.value
            continue
        name = module.qualified(node.func) or ""
        library, _, function = name.rpartition(".")
        if function in _BUILDERS and library.split(".")[0] in {"sqlalchemy", "sqlmodel"}:
            return function
        if not isinstance(node.func, ast.Attribute):
            return None
        following = module.assigned(node.func.value)
        if following is None:
            return None
        node = following
    return None


def _is_manager(node: ast.expr) -> bool:
    return isinstance(node, ast.Attribute) and node.attr in {"objects", "_default_manager"}


def _is_flask_query(node: ast.expr) -> bool:
    """``Model.query``, as flask-sqlalchemy puts it on every model."""
    return isinstance(node, ast.Attribute) and node.attr == "query" and _is_model(node.value)


def _names_session(node: ast.expr) -> bool:
    name = node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")
    return name.lstrip("_").lower() in _SESSION_NAMES


def _is_model(node: ast.expr | None) -> bool:
    name = node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")
    return name[:1].isupper() and (len(name) == 1 or not name.isupper())
