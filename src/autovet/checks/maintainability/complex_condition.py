"""One condition made of so many parts that nobody can tell when it holds.

Finds boolean expressions of eight or more parts in which ``and`` and ``or`` are mixed, or of ten and
more. Each part doubles the cases; the one that is wrong is not seen in review and not reached by a
test.

Name the parts (``is_adult = ...``), move them into properties or functions of their own, or leave
early with one ``if`` for each reason.

Leave a long row of alike comparisons, as in ``__eq__``.
"""

import ast
from collections.abc import Iterator

from autovet.domain.category import Category
from autovet.domain.finding import Finding
from autovet.domain.rule import Rule
from autovet.source.module import Module

RULE = Rule("complex-condition", Category.MAINTAINABILITY, confidence=0.8)

BAD = (
    """
def may_enter(visitor, hour):
    return visitor.paid and (visitor.age > 6 or visitor.parent) and hour > 8 and (hour < 18 or visitor.member and hour < 20 and not visitor.banned)  # <--
""",
    """
def feed(animal, day, keeper):
    if (animal.hungry and not animal.ill or day.cold and animal.old) and (keeper.free or keeper.late and day.short or keeper.new):  # <--
        animal.eat()
""",
)

GOOD = (
    """
def may_enter(visitor, hour):
    opened = 8 < hour < 18 or visitor.member and hour < 20
    return visitor.paid and opened and (visitor.age > 6 or visitor.parent)
""",
    """
class Animal:
    def __eq__(self, other):
        return (
            isinstance(other, Animal) and self.name == other.name and self.kind == other.kind and self.age == other.age
            and self.cage == other.cage and self.keeper == other.keeper and self.weight == other.weight
        )
""",
)

_MIXED, _PLAIN = 8, 10


def check(node: ast.BoolOp, module: Module) -> Iterator[Finding]:
    """Report the whole condition."""
    if isinstance(module.parent(node), (ast.BoolOp, ast.UnaryOp)) or module.is_test:
        return
    operators: list[type[ast.boolop]] = []
    parts: list[ast.expr] = []
    stack: list[ast.expr] = [node]
    while stack:
        part = stack.pop()
        if isinstance(part, ast.UnaryOp) and isinstance(part.op, ast.Not):
            part = part.operand
        if isinstance(part, ast.BoolOp):
            operators.append(type(part.op))
            stack += part.values
        else:
            parts.append(part)
    mixed = len(set(operators)) > 1 and len(operators) > 2
    if len(parts) < (_MIXED if mixed else _PLAIN) or _are_alike(parts):
        return
    yield module.finding(
        RULE,
        node,
        f"this condition has {len(parts)} parts: name some of them, or leave early for each reason",
        evidence={"parts": len(parts)},
    )


def _are_alike(parts: list[ast.expr]) -> bool:
    """Whether nearly all parts are the same question about different things."""
    shapes = [_shape(part) for part in parts]
    return max(shapes.count(s) for s in set(shapes)) >= len(parts) - 1


def _shape(part: ast.expr) -> str:
    if isinstance(part, ast.Compare):
        kinds = " ".join(type(o).__name__ for o in part.ops)
        return f"{kinds} {ast.unparse(part.left).partition('.')[0]}"
    return ast.unparse(part.func if isinstance(part, ast.Call) else part)
