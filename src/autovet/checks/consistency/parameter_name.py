"""A parameter has another name than the same thing has in all other functions.

Finds functions that take a session, a connection, a client or the like, told by its annotation,
under another name than the functions around it or in the project do.

Callers that pass it by keyword have to remember which function calls it what, and search for its
uses misses some.

Take over the name that the others use. Functions with two such parameters, private functions,
methods of classes with bases and functions that a framework calls are left alone.
"""

from collections import Counter
from collections.abc import Iterator

from autovet.checks.example import Example
from autovet.domain.category import Category
from autovet.domain.finding import Finding
from autovet.domain.rule import Rule
from autovet.project.conventions.parameters import named_surroundings
from autovet.project.project import Project
from autovet.source.module import Module

RULE = Rule("parameter-name", Category.CONSISTENCY, confidence=0.83)

_LEAST = 3
_FEW = 2  # in a project whose functions all agree
_FILES = {
    "shop/stock.py": "from sqlalchemy.orm import Session\n\ndef add(session: Session): ...\ndef drop(session: Session): ...\n",
    "shop/price.py": "from sqlalchemy.orm import Session\n\ndef net(session: Session): ...\n",
}

BAD = (
    Example(
        """
from sqlalchemy.orm import Session

def count(db: Session, shelf: str) -> int:  # <--
    return db.scalar(shelf)
""",
        files=_FILES,
    ),
    """
import sqlite3

def add(conn: sqlite3.Connection, name: str) -> None: ...
def drop(conn: sqlite3.Connection, name: str) -> None: ...
def find(conn: sqlite3.Connection, name: str) -> str: ...
def rename(old: str, new: str, database: sqlite3.Connection) -> None: ...  # <--
""",
)

GOOD = (
    Example(
        """
from sqlalchemy.orm import Session
from shop.web import routes

def count(session: Session, shelf: str) -> int:
    return session.scalar(shelf)

def copy(source: Session, target: Session) -> None:
    target.add_all(source.new)

@routes.get("/stock")
def stock(db: Session) -> int:
    return count(db, "a")
""",
        files=_FILES,
    ),
    """
from pathlib import Path

def read(path: Path): ...
def write(path: Path): ...
def drop(path: Path): ...
def copy(source: Path): ...
""",
)


def check(module: Module, project: Project) -> Iterator[Finding]:
    """Report the function at its header."""
    own = () if module.is_test else named_surroundings(module)
    if not own:
        return
    counts: dict[str, Counter[str]] = {}
    places = [m for m in project.others() if not m.is_test] or [module]
    for place in places:
        for taken in named_surroundings(place):
            counts.setdefault(taken.type, Counter())[taken.name] += 1
    for taken in own:
        names = counts.get(taken.type)
        if not names or taken.function.name.startswith("_"):
            continue
        usual, support = names.most_common(1)[0]
        others = names.total() - (places == [module])
        least = _LEAST if places == [module] else _FEW
        if taken.name != usual and support >= least and support == others:
            yield module.finding(
                RULE,
                module.header_span(taken.function),
                f"{taken.function.name} calls its {taken.type.rpartition('.')[2]} {taken.name}, "
                f"{support} other functions call it {usual}",
                evidence={"type": taken.type, "convention": usual, "support": support},
            )
