"""An order that leaves some objects neither before nor after each other.

Finds ``__lt__`` and its siblings that compare several attributes one by one and join the answers with
``and``: ``self.major < other.major and self.minor < other.minor``.

By it, 1.9 is not before 2.1, and 2.1 not before 1.9: ``sorted``, ``max`` and ``heapq`` give an order that
depends on where they began.

Compare tuples: ``(self.major, self.minor) < (other.major, other.minor)``. Where "less" means "in every
respect", as among boxes and versions of replicas, do not sort by it; such classes have no
``total_ordering`` and are left alone when they define ``<=`` too.
"""

import ast
from collections.abc import Iterator

from autovet.domain.category import Category
from autovet.domain.finding import Finding
from autovet.domain.rule import Rule
from autovet.source.module import Module

RULE = Rule("order-not-total", Category.CODE_QUALITY, confidence=0.85)

BAD = (
    """
from functools import total_ordering

@total_ordering
class Level:
    def __init__(self, floor, room):
        self.floor = floor
        self.room = room

    def __eq__(self, other):
        return (self.floor, self.room) == (other.floor, other.room)

    def __lt__(self, other):
        return self.floor < other.floor and self.room < other.room  # <--
""",
    """
class Task:
    def __lt__(self, other):
        if not isinstance(other, Task):
            return NotImplemented
        return self.urgency > other.urgency and self.added < other.added  # <--
""",
)

GOOD = (
    """
class Level:
    def __lt__(self, other):
        return (self.floor, self.room) < (other.floor, other.room)

class Task:
    def __lt__(self, other):
        return self.urgency < other.urgency or (
            self.urgency == other.urgency and self.added < other.added
        )
""",
    """
class Box:
    def __le__(self, other):
        return self.left >= other.left and self.right <= other.right

    def __lt__(self, other):
        return self.left > other.left and self.right < other.right

class Name:
    def __lt__(self, other):
        return isinstance(other, Name) and self.text < other.text
""",
)

_ORDERS = {"__lt__": "__le__", "__gt__": "__ge__", "__le__": "__lt__", "__ge__": "__gt__"}
_STRICT = (ast.Lt, ast.Gt, ast.LtE, ast.GtE)


def check(method: ast.FunctionDef, module: Module) -> Iterator[Finding]:
    """Report the answer."""
    if method.name not in _ORDERS or len(method.args.args) != 2:
        return
    owner = module.parent(method)
    if not isinstance(owner, ast.ClassDef):
        return
    total = any(
        module.qualified(decorator) == "functools.total_ordering"
        for decorator in owner.decorator_list
    )
    names = {s.name for s in owner.body if isinstance(s, ast.FunctionDef)}
    if not total and _ORDERS[method.name] in names:
        return
    last = method.body[-1]
    if not isinstance(last, ast.Return) or not isinstance(last.value, ast.BoolOp):
        return
    answer = last.value
    one, other = (argument.arg for argument in method.args.args)
    compared = [attribute for v in answer.values if (attribute := _compared(v, one, other))]
    if isinstance(answer.op, ast.And) and len(compared) == len(answer.values) > 1:
        yield module.finding(
            RULE,
            answer,
            f"two objects of which one has the smaller {compared[0]} and the other the smaller "
            f"{compared[1]} come out unordered: compare tuples of both",
            evidence={"attributes": compared},
        )


def _compared(part: ast.expr, one: str, other: str) -> str | None:
    """The attribute that both sides of an order comparison name."""
    match part:
        case ast.Compare(
            left=ast.Attribute(value=ast.Name(id=left), attr=name),
            ops=[op],
            comparators=[ast.Attribute(value=ast.Name(id=right), attr=same)],
        ) if isinstance(op, _STRICT) and name == same and {left, right} == {one, other}:
            return name
    return None
