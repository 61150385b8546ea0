"""A type test for a class whose base class was tested before.

Finds ``isinstance`` branches, in an ``if``/``elif`` chain or after a branch that returned, that ask
for a subclass of a class which an earlier branch has already taken: ``bool`` after ``int``, a
special error after ``Exception``.

Every instance of the subclass is one of the base class too, so the earlier branch gets it and the
special treatment never happens.

Test for the subclass first. The classes compared are the built-in ones and those of this module.
"""

import ast
import builtins
from collections.abc import Iterator
from itertools import islice

from autovet.checks.syntax.flow import block_of, leaves
from autovet.checks.syntax.reference import reference
from autovet.domain.category import Category
from autovet.domain.finding import Finding
from autovet.domain.rule import Rule
from autovet.source.module import Module

RULE = Rule("unreachable-isinstance", Category.CODE_QUALITY, confidence=0.95, cwe=561)

_MOST_BRANCHES = 50

BAD = (
    """
def spell(value):
    if isinstance(value, int):
        return str(value)
    if isinstance(value, bool):  # <--
        return "yes" if value else "no"
    return repr(value)
""",
    """
class Event:
    pass

class Alarm(Event):
    pass

def handle(event, log):
    if isinstance(event, (Event, str)):
        log(event)
    elif isinstance(event, Alarm):  # <--
        log("alarm")
""",
)

GOOD = (
    """
def spell(value):
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, (float, int)) and value:
        return "number"
    return repr(value)
""",
    """
def unwrap(error, other):
    if isinstance(error, Exception):
        error = error.__cause__
    if isinstance(error, ValueError):
        return "value"
    if isinstance(other, OSError) and other.errno:
        return "numbered"
    if isinstance(other, FileNotFoundError):
        return "missing"
    return ""
""",
)


def check(node: ast.If, module: Module) -> Iterator[Finding]:
    """Look back from each type test to the branches before it."""
    asked = _asked(node.test)
    if asked is None:
        return
    subject, kinds = asked
    for earlier in islice(_before(node, module), _MOST_BRANCHES):
        taken = _asked(earlier.test)
        if taken is None or taken[0] != subject:
            if _stores(earlier.test, subject):
                return
            continue
        bases = [_ancestry(kind, module) for kind in kinds]
        seen = {_name(kind, module) for kind in taken[1]} - {None}
        if all(ancestry & seen for ancestry in bases):
            yield module.finding(
                RULE,
                node.test,
                f"This is never true: line {earlier.lineno} has taken every such {subject} as one of its base class",
                evidence={"variable": subject, "taken_at": earlier.lineno},
            )
            return


def _asked(test: ast.expr) -> tuple[str, list[ast.expr]] | None:
    if not isinstance(test, ast.Call) or reference(test.func) != "isinstance" or test.keywords:
        return None
    match test.args:
        case [asked, kind]:
            subject = reference(asked)
        case _:
            return None
    kinds = kind.elts if isinstance(kind, ast.Tuple) else [kind]
    return (subject, kinds) if subject and kinds else None


def _before(node: ast.If, module: Module) -> Iterator[ast.If]:
    """The branches of the same chain before this one, and the leaving ones directly before it."""
    current: ast.If = node
    while True:
        parent = module.parent(current)
        if isinstance(parent, ast.If) and parent.orelse == [current]:
            current = parent
            yield parent
            continue
        block = list(block_of(current, parent))
        position = block.index(current) if current in block else 0
        for statement in reversed(block[:position]):
            if not isinstance(statement, ast.If) or statement.orelse or not leaves(statement.body):
                return
            yield statement
        return


def _stores(test: ast.expr, subject: str) -> bool:
    return any(isinstance(n, ast.NamedExpr) and n.target.id == subject for n in ast.walk(test))


def _name(kind: ast.expr, module: Module) -> str | None:
    own = module.definition(kind)
    if isinstance(own, ast.ClassDef):
        return f"{own.name}:{own.lineno}"
    return module.qualified(kind)


def _ancestry(kind: ast.expr, module: Module) -> set[str]:
    """The class and all that are known to be above it; empty when it is not known at all."""
    found: set[str] = set()
    todo = [kind]
    while todo:
        current = todo.pop()
        name = _name(current, module)
        if name is None or name in found:
            continue
        found.add(name)
        builtin = getattr(builtins, name.removeprefix("builtins."), None)
        if isinstance(builtin, type):
            found.update(f"builtins.{base.__name__}" for base in builtin.__mro__[:-1])
        own = module.definition(current)
        if isinstance(own, ast.ClassDef):
            todo += own.bases
    return found
