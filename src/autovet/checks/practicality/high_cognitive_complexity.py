"""A function whose branching is more than a reader can follow.

Counts cognitive complexity as published by G. Ann Campbell ("Cognitive Complexity", SonarSource,
2018): one for each ``if``, ``elif``, ``else``, loop, ``except``, conditional expression, ``match``
and change of boolean operator, and one more for each level of nesting that it stands in. Reports
functions from 30 on that are dense with it (at least one point for each line of code), and all
above 60; flat guards and tables stay low. Others above 25 are given as a hint.

Such a function hides its normal course between exceptions, and every change to it needs all its
conditions in mind at once.

Return early, take out the inner loops and decisions, replace a chain by a table. Leave generated
code, and a parser whose states are best read in one place.
"""

import ast
from collections.abc import Iterator

from autovet.checks.maintainability._code_lines import body_without_docstring, code_lines
from autovet.domain.category import Category
from autovet.domain.finding import Finding
from autovet.domain.rule import Rule
from autovet.domain.severity import Severity
from autovet.source.module import Module
from autovet.source.scopes import FunctionNode

RULE = Rule("high-cognitive-complexity", Category.PRACTICALITY, confidence=0.8)

_HIGH = 25
_HIGH_AND_DENSE = 30
_TOO_HIGH = 60
_DENSE = 1.0
_SHORTEST = 12
_LOOPS = (ast.For, ast.AsyncFor, ast.While)

_TANGLE = """
    for shelf in shelves:
        if shelf.open and (shelf.full or shelf.late):
            for box in shelf.boxes:
                if box.kind == {kind!r}:
                    if box.weight > limit or box.marked:
                        total += box.weight
                    elif box.light:
                        total -= 1
                    else:
                        total += box.left
"""

BAD = (
    "def weigh(shelves, limit):  # <--\n    total = 0"
    + _TANGLE.format(kind="a") * 2
    + "    return total\n",
    "class Store:\n    def weigh(self, shelves, limit):  # <--\n        total = 0"
    + (_TANGLE.format(kind="a") * 2).replace("\n", "\n    ").rstrip(" ")
    + "        return total\n",
)

GOOD = (
    "def weigh(shelves, limit):\n    total = 0" + _TANGLE.format(kind="a") + "    return total\n",
    "def kind(n):\n"
    + "".join(f"    if n == {n}:\n        return f({n})\n" for n in range(18))
    + "    return 0\n",
)


def check(node: ast.FunctionDef | ast.AsyncFunctionDef, module: Module) -> Iterator[Finding]:
    """Report the function over its body; what is neither dense nor very high as a hint."""
    if (node.end_lineno or 0) - node.lineno < _SHORTEST or module.is_test:
        return
    score = cognitive_complexity(node)
    if score <= _HIGH:
        return
    lines = code_lines(body_without_docstring(node))
    bad = score > _TOO_HIGH or score >= max(_HIGH_AND_DENSE, _DENSE * lines)
    yield module.finding(
        RULE,
        node,
        f"{node.name}() has a cognitive complexity of {score}, beyond what can be followed: split it",
        evidence={"complexity": score, "lines": lines},
        severity=None if bad else Severity.INFO,
    )


def cognitive_complexity(function: FunctionNode) -> int:
    """The cognitive complexity of a function, its inner functions included."""
    score = 0
    stack: list[tuple[ast.AST, int, bool]] = [(s, 0, False) for s in function.body]
    while stack:
        node, nesting, is_elif = stack.pop()
        inside = nesting
        if isinstance(node, ast.If):
            score += 1 if is_elif else 1 + nesting
            inside = nesting + 1
            chained = len(node.orelse) == 1 and isinstance(node.orelse[0], ast.If)
            score += bool(node.orelse) and not chained
            stack.append((node.test, nesting, False))
            stack.extend((s, inside, False) for s in node.body)
            stack.extend((s, nesting if chained else inside, chained) for s in node.orelse)
            continue
        if isinstance(node, (*_LOOPS, ast.ExceptHandler, ast.IfExp, ast.Match)):
            score += 1 + nesting
            inside = nesting + 1
        elif isinstance(node, ast.BoolOp):
            score += 1
        elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)):
            inside = nesting + 1
        stack.extend((child, inside, False) for child in ast.iter_child_nodes(node))
    return score
