"""A query for every item of a loop: N+1 round trips where one or two would do.

Finds reading queries (DB-API cursors and connections, SQLAlchemy sessions, Django managers) that a
loop or comprehension sends with the loop's own variable in it, directly or through a function of the
module or project. Each one is a round trip: a page with 200 rows sends 201 queries, and the time
grows with the data.

Fetch everything before the loop with one query (a join, ``WHERE id IN (...)``, ``selectinload``,
``prefetch_related``) and look the items up in a dictionary.

Leave it when the rounds are few and bounded, or are batches themselves.
"""

import ast
from collections.abc import Iterator

from autovet.checks.example import Example
from autovet.checks.vocabulary.database_calls import database_call
from autovet.checks.vocabulary.expressions import last_name, names_in
from autovet.checks.vocabulary.local_calls import called_function, own_calls
from autovet.checks.vocabulary.project_functions import project_function
from autovet.checks.vocabulary.repetition import Repetition, repetitions_of
from autovet.domain.category import Category
from autovet.domain.finding import Finding
from autovet.domain.rule import Rule
from autovet.project.project import Project
from autovet.source.module import Module

RULE = Rule("query-in-loop", Category.PERFORMANCE, confidence=0.85)

BAD = (
    """
import sqlite3

def get_connection():
    return sqlite3.connect("library.db")

def loans():
    cursor = get_connection().cursor()
    readers = cursor.execute("SELECT id, name FROM readers").fetchall()
    found = {}
    for reader_id, name in readers:
        cursor.execute("SELECT title FROM loans WHERE reader_id = ?", (reader_id,))  # <--
        found[name] = cursor.fetchall()
    return found
""",
    """
from sqlalchemy import select
from sqlalchemy.orm import Session

def owners(session: Session, pets):
    return {pet.id: session.get(Owner, pet.owner_id) for pet in pets}  # <--

def visits(session: Session, pets):
    for pet in pets:
        query = select(Visit).where(Visit.pet_id == pet.id)
        yield pet, session.scalars(query).all()  # <--
""",
    """
from zoo.models import Keeper

def keepers(cages):
    names = []
    for cage in cages:
        names.append(Keeper.objects.get(pk=cage.keeper_id).name)  # <--
    return names
""",
    """
def price_of(connection, sku):
    row = connection.execute("SELECT cents FROM prices WHERE sku = ?", (sku,)).fetchone()
    return row[0]

def total(connection, cart):
    return sum(price_of(connection, line.sku) for line in cart.lines)  # <--
""",
    Example(
        """
from zoo.store import Animals

class Tour:
    def __init__(self, animals: Animals) -> None:
        self._animals = animals

    def stops(self, cages):
        return [self._animals.in_cage(cage.number) for cage in cages]  # <--
""",
        files={
            "zoo/store.py": """
class Animals:
    def __init__(self, connection):
        self._connection = connection

    def in_cage(self, number):
        return self._connection.execute("SELECT name FROM animals WHERE cage = ?", (number,)).fetchall()
"""
        },
    ),
)

GOOD = (
    """
def loans(connection, readers):
    marks = ",".join("?" * len(readers))
    rows = connection.execute(f"SELECT * FROM loans WHERE reader_id IN ({marks})", readers)
    return {row["reader_id"]: row for row in rows}
""",
    """
from itertools import batched

def rows(connection, ids):
    for chunk in batched(ids, 500):
        marks = ",".join("?" * len(chunk))
        yield from connection.execute(f"SELECT * FROM t WHERE id IN ({marks})", chunk)
""",
    """
from django.utils.text import slugify
from itertools import count

def free_slug(title):
    for number in count(1):
        slug = f"{slugify(title)}-{number}"
        if not Article.objects.filter(slug=slug).exists():
            return slug

def counts(connection):
    return {t: connection.execute(f"SELECT count(*) FROM {t}").fetchone() for t in ("users", "pets")}
""",
    """
def export(connection, rows, seen):
    for row in connection.execute("SELECT id, name FROM animals"):
        rows.append(row)
        seen.get(row["id"])
""",
)

_BATCHING = frozenset({"batched", "chunked", "chunks", "batch", "batches", "grouper", "count", "partition", "iter_chunks"})  # fmt: skip
_BATCH_NAMES = ("chunk", "batch", "page", "shard", "attempt", "table", "migration", "statement")


def check(call: ast.Call, module: Module, project: Project) -> Iterator[Finding]:
    """Report queries that are sent once per item."""
    if module.is_test:
        return
    repetitions = [r for r in repetitions_of(call, module) if _over_data(r)]
    if not repetitions:
        return
    query = database_call(call, module)
    if query is not None and (
        query.kind == "write" or (not query.kind and _is_dropped(call, module))
    ):
        return
    function = None if query is not None else _querying_function(call, module, project)
    if query is None and function is None:
        return
    repetition = next((r for r in repetitions if _depends(call, r, module)), None)
    if repetition is None:
        return
    line = getattr(repetition.node, "lineno", 0)
    through = f" (in {function}())" if function else ""
    yield module.finding(
        RULE,
        call,
        f"this query{through} runs once for every item of the loop in line {line}; fetch all "
        "items with one query before it",
        evidence={"loop_line": line, "through": function},
    )


def _is_dropped(call: ast.Call, module: Module) -> bool:
    """Whether nothing looks at the result: then the statement is hardly a query."""
    parent = module.parent(call)
    if isinstance(parent, ast.Await):
        parent = module.parent(parent)
    return isinstance(parent, ast.Expr)


def _over_data(repetition: Repetition) -> bool:
    if repetition.iterable is None or not repetition.is_long:
        return False
    if any(name.lower().startswith(_BATCH_NAMES) for name in repetition.targets):
        return False
    iterable = repetition.iterable
    if isinstance(iterable, ast.Call):
        name = last_name(iterable.func)
        return name not in _BATCHING and not (name == "range" and len(iterable.args) == 3)
    return True


def _depends(call: ast.Call, repetition: Repetition, module: Module) -> bool:
    """Whether what the call sends differs from round to round."""
    arguments = _arguments(call, module)
    used = frozenset[str]().union(*(names_in(a) for a in arguments))
    if isinstance(call.func, ast.Attribute) and isinstance(call.func.value, ast.Call):
        used |= names_in(call.func.value)
    if used & repetition.targets:
        return True
    for argument in arguments:
        for name in (n for n in ast.walk(argument) if isinstance(n, ast.Name)):
            value = module.assigned(name)
            if value is not None and names_in(value) & repetition.targets:
                return True
    return False


def _arguments(call: ast.Call, module: Module) -> list[ast.expr]:
    """What is passed to the call, and to the calls chained to it: ``query(X).filter(X.id == key)``."""
    found = [*call.args, *(k.value for k in call.keywords)]
    link = module.parent(call)
    while isinstance(link, ast.Attribute):
        outer = module.parent(link)
        if not isinstance(outer, ast.Call) or outer.func is not link:
            break
        found += [*outer.args, *(k.value for k in outer.keywords)]
        link = module.parent(outer)
    return found


def _querying_function(call: ast.Call, module: Module, project: Project) -> str | None:
    """The function, of this module or another, that a call runs and that queries for its arguments."""
    function, home = called_function(call, module), module
    if function is None:
        found = project_function(call, module, project)
        if found is None:
            return None
        function, home = found
    if function is module.function_of(call):
        return None
    for inner in own_calls(function):
        query = database_call(inner, home)
        if query is not None and query.kind == "read" and _uses_parameters(inner, function, home):
            return function.name
    return None


def _uses_parameters(
    call: ast.Call, function: ast.FunctionDef | ast.AsyncFunctionDef, module: Module
) -> bool:
    parameters = {a.arg for a in [*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs]}  # fmt: skip
    parameters -= {"self", "cls"}
    for argument in _arguments(call, module):
        for name in (n for n in ast.walk(argument) if isinstance(n, ast.Name)):
            value = module.assigned(name)
            if name.id in parameters or (value is not None and names_in(value) & parameters):
                return True
    return False
