"""Rows are written to the database one statement at a time.

Finds loops that send one and the same ``INSERT``, ``UPDATE`` or ``DELETE`` for every item, on a
DB-API cursor or a SQLAlchemy session, Django's ``objects.create`` for every item, and ``save()`` for
every row of a queryset.

Every statement is parsed and sent by itself: a thousand rows take a thousand round trips.

Use ``executemany``, a list of dictionaries, ``bulk_create``, ``bulk_update`` or one ``UPDATE`` for all.
Leave it where the result of each statement is needed, or where each may fail by itself.
"""

import ast
from collections.abc import Iterator

from autovet.checks.vocabulary.database_calls import database_call
from autovet.checks.vocabulary.expressions import last_name, names_in, path_of
from autovet.checks.vocabulary.repetition import Repetition, repetitions_of
from autovet.domain.category import Category
from autovet.domain.finding import Finding
from autovet.domain.rule import Rule
from autovet.source.module import Module

RULE = Rule("inserted-row-by-row", Category.PERFORMANCE, confidence=0.8)

BAD = (
    """
def stored(cursor, animals):
    for name, cage in animals:
        cursor.execute("INSERT INTO animals (name, cage) VALUES (?, ?)", (name, cage))  # <--
""",
    """
from sqlalchemy import update

async def moved(session, moves):
    for animal, cage in moves.items():
        if cage:
            await session.execute(update(Animal).where(Animal.id == animal).values(cage=cage))  # <--
""",
    """
def imported(rows):
    for row in rows:
        Animal.objects.create(name=row["name"], cage=row["cage"])  # <--

def fed(day):
    for animal in Animal.objects.filter(hungry=True):
        animal.hungry = False
        animal.save()  # <--
""",
)

GOOD = (
    """
def stored(cursor, animals):
    cursor.executemany("INSERT INTO animals (name, cage) VALUES (?, ?)", animals)

def made(cursor):
    for table in ("animals", "cages"):
        cursor.execute("DELETE FROM ?", (table,))

def numbered(cursor, animals):
    for animal in animals:
        cursor.execute("INSERT INTO animals (name) VALUES (?)", (animal.name,))
        animal.id = cursor.lastrowid

def patient(cursor, animals):
    for animal in animals:
        try:
            cursor.execute("INSERT INTO animals (name) VALUES (?)", (animal.name,))
        except ValueError:
            print(animal)
""",
    """
def imported(rows):
    Animal.objects.bulk_create(Animal(name=row["name"]) for row in rows)
    made = [Animal.objects.create(name=row["name"]) for row in rows]
    for batch in made:
        batch.save()
    for form in made:
        form.instance.save()
    return made
""",
)

_BATCHES = ("batch", "chunk", "page", "table", "statement", "query", "migration")
_RESULTS = frozenset({"lastrowid", "rowcount", "fetchone", "fetchall", "fetchval", "inserted_primary_key", "statusmessage"})  # fmt: skip


def check(call: ast.Call, module: Module) -> Iterator[Finding]:
    """Report the statement that is sent for every item."""
    func = call.func
    if not isinstance(func, ast.Attribute) or func.attr not in {"execute", "create", "save"}:
        return
    parent = module.parent(call)
    if isinstance(parent, ast.Await):
        parent = module.parent(parent)
    if not isinstance(parent, ast.Expr) or module.is_test:
        return
    repetitions = repetitions_of(call, module)
    if not repetitions or not isinstance(repetitions[0].node, (ast.For, ast.AsyncFor)):
        return
    loop = repetitions[0]
    if not loop.is_long or any(n.lower().startswith(_BATCHES) for n in loop.targets):
        return
    if _stands_alone(call, loop, module):
        return
    instead = _instead(call, func, loop, module)
    if instead:
        yield module.finding(
            RULE,
            call,
            f"every item costs a statement of its own; send them together with {instead}",
            evidence={"loop_line": getattr(loop.node, "lineno", 0)},
        )


def _instead(call: ast.Call, func: ast.Attribute, loop: Repetition, module: Module) -> str:
    """What writes all rows at once; empty when the call writes none, or not one for each item."""
    if func.attr == "save":
        saves_row = isinstance(func.value, ast.Name) and func.value.id in loop.targets
        return "bulk_update() or update()" if saves_row and not call.args and _is_queryset(loop.iterable, module) else ""  # fmt: skip
    query = database_call(call, module)
    if query is None or query.kind != "write":
        return ""
    if query.library == "django":
        return "bulk_create()" if _arguments(call) & loop.targets else ""
    if query.statement is None:
        return ""
    if query.library == "dbapi":
        constant = query.statement
        if isinstance(constant, ast.Name):
            constant = module.assigned(constant) or constant
        given = _values(call, query.statement, module)
        return "executemany()" if isinstance(constant, ast.Constant) and given & loop.targets else ""  # fmt: skip
    return "one statement and a list of rows" if _arguments(call) & loop.targets else ""


def _arguments(call: ast.Call) -> frozenset[str]:
    parts = [*call.args, *(k.value for k in call.keywords)]
    return frozenset[str]().union(*(names_in(part) for part in parts))


def _values(call: ast.Call, statement: ast.expr, module: Module) -> frozenset[str]:
    """The names behind the values that go with the statement, one assignment away at most."""
    found = frozenset[str]()
    for part in (*call.args, *(k.value for k in call.keywords)):
        if part is statement:
            continue
        found |= names_in(part)
        value = module.assigned(part)
        if value is not None:
            found |= names_in(value)
    return found


def _stands_alone(call: ast.Call, loop: Repetition, module: Module) -> bool:
    """Whether each statement may fail by itself, or the round looks at what it did."""
    for ancestor in module.ancestors(call):
        if ancestor is loop.node:
            break
        if isinstance(ancestor, (ast.Try, ast.With, ast.AsyncWith)):
            return True
    receiver = path_of(call.func.value) if isinstance(call.func, ast.Attribute) else ""
    for node in ast.walk(loop.node):
        if isinstance(node, ast.Attribute) and node.attr in _RESULTS:
            return True
        if (
            isinstance(node, ast.Call)
            and node is not call
            and isinstance(node.func, ast.Attribute)
            and path_of(node.func.value) == receiver
            and last_name(node.func).startswith(("execute", "fetch", "flush", "commit", "scalar"))
        ):
            return True
    return False


def _is_queryset(iterable: ast.expr | None, module: Module) -> bool:
    """Whether the loop goes over the rows of a Django query."""
    node = iterable
    for _ in range(8):
        if isinstance(node, ast.Name):
            node = module.assigned(node)
        elif isinstance(node, ast.Call):
            node = node.func
        elif isinstance(node, ast.Attribute):
            if node.attr == "objects":
                return True
            node = node.value
        else:
            return False
    return False
