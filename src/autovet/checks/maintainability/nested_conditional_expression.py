"""Conditional expressions inside conditional expressions.

Finds expressions in which three or more ``x if c else y`` stand inside one another. Which value belongs
to which condition has to be worked out from the end, precedence hides what groups with what, and a
debugger cannot stop at the branch.

Write ``if`` statements that return early, or look the value up in a table.

Leave a single conditional expression, and two in a row on lines of their own.
"""

import ast
from collections.abc import Iterator

from autovet.domain.category import Category
from autovet.domain.finding import Finding
from autovet.domain.rule import Rule
from autovet.source.module import Module

RULE = Rule("nested-conditional-expression", Category.MAINTAINABILITY, confidence=0.85)

BAD = (
    """
def food(animal):
    return "hay" if animal.kind == "horse" else "fish" if animal.kind == "seal" else "seeds" if animal.small else "meat"  # <--
""",
    """
def price(age, member):
    return (0 if member else 3 if age > 5 else 1) if age < 18 else (7 if member else 12)  # <--
""",
)

GOOD = (
    """
def food(animal):
    kind = "hay" if animal.kind == "horse" else "meat"
    return kind if animal.hungry else "fish" if animal.kind == "seal" else ""
""",
    """
def price(age, member):
    return [5 if m else 9 for m in (member if age else [])] if age else [1 if member else 2]
""",
)

_TOO_MANY = 3


def check(node: ast.IfExp, module: Module) -> Iterator[Finding]:
    """Report the outermost of them."""
    if isinstance(module.parent(node), ast.IfExp) or module.is_test:
        return
    count = 0
    stack: list[ast.expr] = [node]
    while stack:
        part = stack.pop()
        if isinstance(part, ast.IfExp):
            count += 1
            stack += [part.test, part.body, part.orelse]
    if count >= _TOO_MANY:
        yield module.finding(
            RULE,
            node,
            f"{count} conditional expressions are nested here: write if statements that return early, or a table",
            evidence={"conditions": count},
        )
