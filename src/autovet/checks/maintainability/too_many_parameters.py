"""A function with so many positional parameters that calls cannot be read or checked.

Finds functions that take eight or more parameters by position. Keyword-only parameters do not
count, for they name themselves in every call; neither do ``self`` and ``cls``.

A row of eight values is easily given in the wrong order, every caller must gather all of them, and
usually some of them always travel together.

Group what belongs together in a dataclass, make options keyword-only with ``*``, or split the
function. Commands and routes whose parameters a framework fills in are left alone.
"""

import ast
from collections.abc import Iterator

from autovet.domain.category import Category
from autovet.domain.finding import Finding
from autovet.domain.rule import Rule
from autovet.domain.severity import Severity
from autovet.source.module import Module

RULE = Rule("too-many-parameters", Category.MAINTAINABILITY, confidence=0.85)

_TOO_MANY = 8
_REQUIRED = 5  # with fewer, the rest are options that callers give by name

BAD = (
    """
def book(name, street, town, country, phone, mail, room, nights):  # <--
    return (name, street, town, country, phone, mail, room, nights)
""",
    """
class Hotel:
    async def book(self, name, street, town, country, phone, mail, room, nights=1):  # <--
        return (name, street, town, country, phone, mail, room, nights)
""",
)

GOOD = (
    """
def book(name, room, *, street, town, country, phone, mail, nights=1, breakfast=False):
    return (name, room, street, town, country, phone, mail, nights, breakfast)
""",
    """
from web import app

@app.command()
def book(name, street, town, country, phone, mail, room, nights):
    return (name, street, town, country, phone, mail, room, nights)

class Hotel(Base):
    def book(self, name, street, town, country, phone, mail, room, nights):
        return (name, street, town, country, phone, mail, room, nights)
""",
)


def check(node: ast.FunctionDef | ast.AsyncFunctionDef, module: Module) -> Iterator[Finding]:
    """Report the function at its ``def`` line."""
    names = [
        a.arg for a in [*node.args.posonlyargs, *node.args.args] if a.arg not in {"self", "cls"}
    ]
    if len(names) < _TOO_MANY or module.is_test or node.decorator_list:
        return
    owner = module.parent(node)
    if isinstance(owner, ast.ClassDef) and owner.bases and node.name != "__init__":
        return  # the base class decides
    required = len(names) - len(node.args.defaults)
    yield module.finding(
        RULE,
        module.header_span(node),
        f"{node.name}() takes {len(names)} parameters by position: group them, or make options keyword-only",
        evidence={"parameters": names},
        severity=Severity.INFO if node.name == "__init__" or required < _REQUIRED else None,
    )
