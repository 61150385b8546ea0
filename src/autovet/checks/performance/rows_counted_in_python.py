"""All rows are fetched from the database only to be counted.

Finds ``len()`` of a query's complete result (``cursor.fetchall()``, ``query.all()``,
``Model.objects.filter(...)``). Every row is read, sent and turned into objects, although the answer is
one number that the database has at hand.

Let the database count: ``SELECT count(*)``, ``select(func.count())``, ``queryset.count()``; ask for
existence with ``LIMIT 1`` or ``exists()``.

Leave it when the rows themselves are used as well.
"""

import ast
from collections.abc import Iterator

from autovet.checks.vocabulary.database_calls import database_call
from autovet.domain.category import Category
from autovet.domain.finding import Finding
from autovet.domain.rule import Rule
from autovet.source.module import Module

RULE = Rule("rows-counted-in-python", Category.PERFORMANCE, confidence=0.85)

BAD = (
    """
def animals(cursor):
    cursor.execute("SELECT id FROM animals")
    return len(cursor.fetchall())  # <--
""",
    """
from sqlalchemy import select

def keepers(session):
    return len(session.scalars(select(Keeper)).all())  # <--
""",
    """
def empty_cages():
    return len(Cage.objects.filter(animals=0))  # <--
""",
)

GOOD = (
    """
def animals(cursor):
    cursor.execute("SELECT count(*) FROM animals")
    return cursor.fetchone()[0]

def listed(cursor):
    rows = cursor.fetchall()
    return len(rows), rows
""",
    """
def empty_cages(store):
    return Cage.objects.filter(animals=0).count(), len(store.all())
""",
)

_STEPS = 12
_ONE_ROW = frozenset(
    {"get", "first", "last", "count", "exists", "aggregate", "create", "fetchone", "scalar"}
)


def check(call: ast.Call, module: Module) -> Iterator[Finding]:
    """Report lengths of query results."""
    if not isinstance(call.func, ast.Name) or module.qualified(call.func) != "builtins.len":
        return
    if len(call.args) != 1 or module.is_test:
        return
    node = call.args[0]
    for _ in range(_STEPS):
        if isinstance(node, ast.Await):
            node = node.value
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
            return
        if node.func.attr in _ONE_ROW:
            return
        if node.func.attr == "fetchall" or database_call(node, module) is not None:
            yield module.finding(
                RULE,
                call,
                "all rows are fetched only to be counted; let the database count them",
                evidence={"query": module.segment(call.args[0])},
            )
            return
        node = node.func.value
