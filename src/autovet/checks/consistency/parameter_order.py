"""A function takes its parameters in another order than the project's functions do.

Finds functions in which a parameter that always comes first in the project (a session, a client, a
connection) comes later, or in which two parameters stand in the opposite order. Callers pass such
arguments by position and by habit; swapped, they go wrong at run time, or not visibly at all.

Put the parameters in the project's order.

Leave it when a framework calls the function. Decorated functions, methods of classes with bases,
keyword-only parameters and those with defaults are not judged.
"""

from collections.abc import Iterator

from autovet.checks.example import Example
from autovet.domain.category import Category
from autovet.domain.finding import Finding
from autovet.domain.rule import Rule
from autovet.project.conventions.parameters import (
    Precedence,
    parameter_lists,
    precedences,
    precedences_within,
)
from autovet.project.project import Project
from autovet.source.module import Module

RULE = Rule("parameter-order", Category.CONSISTENCY, confidence=0.85)

_FILES = {
    "shop/items.py": "def read(db, key): ...\ndef write(db, key, value): ...\ndef drop(db, key): ...\n",
    "shop/math.py": "def area(width, height): ...\ndef edge(width, height): ...\ndef diagonal(width, height): ...\n",
}
BAD = (
    Example(
        """
def rename(key, name, db):  # <--
    db.execute("update", name, key)

async def touch(key, db):  # <--
    await db.execute("touch", key)
""",
        files=_FILES,
    ),
    Example(
        "def volume(depth, height, width):  # <--\n    return depth * height * width\n",
        files={"shop/math.py": _FILES["shop/math.py"]},
    ),
    """
class Till:
    def pay_in(self, account, amount): ...
    def pay_out(self, account, amount): ...
    def move(self, amount, account): ...  # <--
""",
)
GOOD = (
    Example(
        """
import routes

def rename(db, key, name):
    db.execute("update", name, key)

@routes.get("/touch")
def touch(key, db):
    db.execute("touch", key)

def later(key, db=None):
    return key, db

def only(key, *, db):
    return key, db

class Store(dict):
    def put(self, key, db):
        return key, db
""",
        files=_FILES,
    ),
    "def rename(key, db): ...\n",
    "def pay_in(account, amount): ...\ndef move(amount, account): ...\n",
)


def check(module: Module, project: Project) -> Iterator[Finding]:
    """Report functions that break a precedence."""
    own = () if module.is_test else parameter_lists(module)
    if not own:
        return
    asked = frozenset(name for parameters in own for name in parameters.names)
    rules = precedences(project, asked) if project.known else precedences_within(module)
    for parameters in own:
        if parameters.function.name.startswith("_"):  # nobody else calls it by position
            continue
        broken = next((r for r in rules if _breaks(parameters.names, r)), None)
        if broken is None:
            continue
        before = f"before {broken.then}" if broken.then else "first"
        yield module.finding(
            RULE,
            module.header_span(parameters.function),
            f"{parameters.function.name} takes {broken.first} after {_earlier(parameters.names, broken)}, "
            f"the {'project' if project.known else 'file'}'s other functions take it {before}",
            evidence={
                "parameters": list(parameters.names),
                "convention": f"{broken.first} {before}",
                "support": broken.support,
                "of": broken.total,
            },
        )


def _breaks(names: tuple[str, ...], rule: Precedence) -> bool:
    if rule.first not in names:
        return False
    if rule.then:
        return rule.then in names and names.index(rule.then) < names.index(rule.first)
    return names.index(rule.first) > 0


def _earlier(names: tuple[str, ...], rule: Precedence) -> str:
    return rule.then or names[0]
