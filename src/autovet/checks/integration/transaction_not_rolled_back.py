"""A failed transaction is left open instead of being rolled back.

Finds functions that send several writes and then commit on a connection that outlives them, where
an error between the writes is caught without ``rollback()``, or nothing catches it at all. Half of
the change stays pending on the connection, and the next commit, of something else, makes it
permanent.

Use the connection as a context manager (``with connection:``), or call ``rollback()`` before
raising again.

Leave it when the connection is closed right after the error, which rolls back as well.
"""

import ast
from collections.abc import Iterator

from autovet.checks.vocabulary.database_calls import database_call, sql_text
from autovet.checks.vocabulary.expressions import path_of
from autovet.checks.vocabulary.local_calls import called_function, own_calls
from autovet.checks.vocabulary.value_types import type_of
from autovet.domain.category import Category
from autovet.domain.finding import Finding
from autovet.domain.rule import Rule
from autovet.source.module import Module
from autovet.source.scopes import FunctionNode

RULE = Rule("transaction-not-rolled-back", Category.INTEGRATION, confidence=0.8)

BAD = (
    """
import psycopg2
from sqlalchemy.exc import IntegrityError

class Cages:
    def __init__(self, connection: psycopg2.extensions.connection, session):
        self.connection, self.session = connection, session

    def move(self, animal, cage):
        cursor = self.connection.cursor()
        try:
            cursor.execute("DELETE FROM places WHERE animal = %s", (animal,))
            cursor.execute("INSERT INTO places VALUES (%s, %s)", (animal, cage))
            self.connection.commit()
        except psycopg2.Error as error:  # <--
            raise ValueError(animal) from error
        finally:
            cursor.close()

    def add(self, cage):
        try:
            self.session.add(cage)
            self.session.commit()
        except IntegrityError as error:  # <--
            raise ValueError(cage) from error
""",
    """
import sqlite3

class Ledger:
    def __init__(self, connection: sqlite3.Connection):
        self.connection = connection

    def move(self, book, shelf):
        try:
            self.connection.execute("DELETE FROM places WHERE book = ?", (book,))
            self.connection.execute("INSERT INTO places VALUES (?, ?)", (book, shelf))
            self.connection.commit()
        except sqlite3.Error as error:  # <--
            raise RuntimeError("not moved") from error
""",
    """
import logging
from sqlalchemy.orm import Session

class Shelf:
    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, book):
        try:
            self._session.add(book)
            self._session.commit()
        except ValueError:  # <--
            logging.exception("not added")
""",
    """
def rename(connection, old, new):
    connection.execute("UPDATE books SET author = ? WHERE author = ?", (new, old))
    connection.execute("UPDATE authors SET name = ? WHERE name = ?", (new, old))
    connection.commit()  # <--
""",
)

GOOD = (
    """
import sqlite3

class Ledger:
    def __init__(self, connection: sqlite3.Connection):
        self.connection = connection

    def move(self, book, shelf):
        try:
            self.connection.execute("DELETE FROM places WHERE book = ?", (book,))
            self.connection.execute("INSERT INTO places VALUES (?, ?)", (book, shelf))
            self.connection.commit()
        except sqlite3.Error:
            self.connection.rollback()
            raise

    def swap(self, book, shelf):
        with self.connection:
            self.connection.execute("DELETE FROM places WHERE book = ?", (book,))
            self.connection.execute("INSERT INTO places VALUES (?, ?)", (book, shelf))
""",
    """
import sqlite3

def import_books(path, rows):
    connection = sqlite3.connect(path)
    try:
        connection.execute("DELETE FROM books")
        connection.executemany("INSERT INTO books VALUES (?, ?)", rows)
        connection.commit()
    finally:
        connection.close()
""",
    """
def add(connection, title):
    connection.execute("INSERT INTO books VALUES (?)", (title,))
    connection.commit()

def create_tables(connection):
    connection.execute("CREATE TABLE books (title TEXT)")
    connection.execute("CREATE TABLE places (book TEXT)")
    connection.commit()
""",
)

_CLOSING = frozenset({"rollback", "close", "begin", "abort", "remove"})


def check(call: ast.Call, module: Module) -> Iterator[Finding]:
    """Report commits whose transaction stays open when a write before them fails."""
    if not isinstance(call.func, ast.Attribute) or call.func.attr != "commit" or module.is_test:
        return
    function = module.function_of(call)
    connection = path_of(call.func.value)
    if function is None or not connection:
        return
    if _session(call.func.value, module):
        yield from _swallowed(call, connection, function, module)
        return
    if _closes(function, module, connection):
        return
    if _managed(call, module) or not _outlives(call.func.value, module, function):
        return
    writes = _writes_before(call, function, module)
    if writes < 2:
        return
    attempt = next((a for a in module.ancestors(call) if isinstance(a, ast.Try)), None)
    if attempt is not None and any(
        isinstance(n, ast.Call) and _ends(n, connection)
        for s in attempt.finalbody
        for n in ast.walk(s)
    ):
        return
    if attempt is None and isinstance(module.loop_of(call), (ast.For, ast.AsyncFor)):
        return  # one write and one commit for each row is another rule's matter
    if attempt is None or not attempt.handlers:
        if _looks_like_script(function):
            return
        yield module.finding(
            RULE,
            call,
            f"when one of the {writes} writes before this commit fails, the others stay pending on "
            f"{connection} and the next commit makes them permanent; use 'with {connection}:'",
            evidence={"connection": connection, "writes": writes},
            confidence=0.65,
        )
        return
    yield module.finding(
        RULE,
        attempt.handlers[0],
        f"the failed transaction stays open on {connection}, so the next commit makes half of it "
        "permanent; call rollback() here",
        evidence={"connection": connection, "writes": writes},
    )


def _swallowed(
    call: ast.Call, connection: str, function: FunctionNode, module: Module
) -> Iterator[Finding]:
    """A session that goes on being used after its commit failed."""
    attempt = module.parent(module.statement_of(call))
    receiver = call.func.value if isinstance(call.func, ast.Attribute) else call.func
    if not isinstance(attempt, ast.Try) or not _outlives(receiver, module, function):
        return
    if _closes(function, module, connection):
        return
    for handler in attempt.handlers:
        leaves = [n for s in handler.body for n in ast.walk(s) if isinstance(n, ast.Raise)]
        # the same error ends the request and closes the session; a translated one is there to be handled
        if not leaves or (_of_database(handler, module) and all(n.exc is not None for n in leaves)):
            yield module.finding(
                RULE,
                handler,
                f"after the failed commit {connection} refuses everything until it is rolled back; call "
                "rollback() here",
                evidence={"session": connection},
            )
            return


def _session(receiver: ast.expr, module: Module) -> bool:
    """SQLAlchemy's sessions roll back when they are closed, which others see to."""
    kind = type_of(receiver, module) or ""
    return kind.startswith("sqlalchemy.") or "session" in path_of(receiver).lower()


def _closes(function: FunctionNode, module: Module, connection: str) -> bool:
    """Whether the function rolls back or closes anywhere; a closed cursor leaves the transaction open."""
    key = ("closes", function, connection)
    if key not in module.memo:
        module.memo[key] = any(_ends(c, connection) for c in own_calls(function))
    return bool(module.memo[key])


def _ends(call: ast.Call, connection: str) -> bool:
    if not isinstance(call.func, ast.Attribute) or call.func.attr not in _CLOSING:
        return False
    return call.func.attr != "close" or path_of(call.func.value) == connection


def _of_database(handler: ast.ExceptHandler, module: Module) -> bool:
    kinds = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    return any(
        (module.qualified(k) or "").startswith("sqlalchemy.") for k in kinds if k is not None
    )


def _managed(call: ast.Call, module: Module) -> bool:
    for ancestor in module.ancestors(call):
        if isinstance(ancestor, (ast.FunctionDef, ast.AsyncFunctionDef)):
            return False
        if isinstance(ancestor, (ast.With, ast.AsyncWith)):
            return True
    return False


def _outlives(receiver: ast.expr, module: Module, function: FunctionNode) -> bool:
    if isinstance(receiver, ast.Attribute):
        return True
    parameters = [*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs]
    return isinstance(receiver, ast.Name) and (
        receiver.id in {a.arg for a in parameters}
        or module.scopes.of(receiver).lookup(receiver.id) is module.scopes.module
    )


def _writes_before(commit: ast.Call, function: FunctionNode, module: Module) -> int:
    """How many writes the function has sent when it commits, its own helpers' included."""
    key = ("writes", function)
    if key not in module.memo:
        module.memo[key] = [
            ((call.lineno, call.col_offset), weight)
            for call in own_calls(function)
            if (weight := _weight(call, function, module))
        ]
    place = (commit.lineno, commit.col_offset)
    return sum(weight for where, weight in module.memo[key] if where < place)


def _weight(call: ast.Call, function: FunctionNode, module: Module) -> int:
    """How many writes a call stands for: several in a loop, one for a helper that writes."""
    if _is_change(call, module):
        return 2 if module.loop_of(call) is not None else 1
    helper = called_function(call, module)
    if helper is None or helper is function:
        return 0
    return int(any(_is_change(inner, module) for inner in own_calls(helper)))


def _is_change(call: ast.Call, module: Module) -> bool:
    query = database_call(call, module)
    if query is None or query.kind != "write":
        return False
    text = sql_text(query.statement, module) or ""
    return not text.lstrip().upper().startswith(("CREATE", "DROP", "ALTER"))


def _looks_like_script(function: FunctionNode) -> bool:
    return function.name == "main" or function.name.startswith(("create_", "migrate", "seed"))
