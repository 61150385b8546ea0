"""Counting or grouping with an explicit "is the key there already?".

Finds ``if key in counts: counts[key] += 1 else: counts[key] = 1`` and the same with a list that is
started or appended to, in either order of the branches.

Four lines for what ``collections.Counter`` and ``collections.defaultdict`` say in one; the key is
written three times, and one of them is easily mistaken.

Use ``Counter`` (or ``Counter(items)`` without the loop), or ``defaultdict(list)``.
"""

import ast
from collections.abc import Iterator

from autovet.checks.syntax.fingerprint import fingerprint
from autovet.domain.category import Category
from autovet.domain.finding import Finding
from autovet.domain.rule import Rule
from autovet.domain.severity import Severity
from autovet.source.module import Module

RULE = Rule("hand-made-counter", Category.PRACTICALITY, severity=Severity.INFO, confidence=0.95)

BAD = (
    """
def tally(words):
    counts = {}
    for word in words:
        if word in counts:  # <--
            counts[word] += 1
        else:
            counts[word] = 1
    return counts
""",
    """
def by_city(people):
    groups = {}
    for person in people:
        if person.city not in groups:  # <--
            groups[person.city] = [person]
        else:
            groups[person.city].append(person)
        if person.name not in groups:  # <--
            groups[person.name] = []
        groups[person.name].append(person)
    return groups
""",
)

GOOD = (
    """
from collections import Counter

def tally(words, seen):
    for word in words:
        if word in seen:
            seen[word] += 1
    return Counter(words)
""",
    """
def by_city(people, groups):
    for person in people:
        if person.city not in groups:
            groups[person.city] = person
        else:
            raise KeyError(person.city)
""",
)


def check(node: ast.If, module: Module) -> Iterator[Finding]:
    """Report the test."""
    test = node.test
    if (
        not isinstance(test, ast.Compare)
        or len(test.ops) != 1
        or not isinstance(test.ops[0], (ast.In, ast.NotIn))
    ):
        return
    item = (fingerprint(test.comparators[0]), fingerprint(test.left))
    started, more = (
        (node.body, node.orelse) if isinstance(test.ops[0], ast.NotIn) else (node.orelse, node.body)
    )
    if not more and isinstance(test.ops[0], ast.NotIn):
        block = getattr(module.parent(node), "body", [])
        more = block[block.index(node) + 1 :][:1] if node in block else []
    if len(started) != 1 or len(more) != 1:
        return
    if _starts(started[0], item) and _continues(more[0], item):
        yield module.finding(
            RULE,
            test,
            "Counter or defaultdict counts and groups without asking whether the key is there",
        )


def _is_item(node: ast.expr, item: tuple[object, object]) -> bool:
    return (
        isinstance(node, ast.Subscript)
        and (fingerprint(node.value), fingerprint(node.slice)) == item
    )


def _starts(statement: ast.stmt, item: tuple[object, object]) -> bool:
    if not isinstance(statement, ast.Assign) or not _is_item(statement.targets[0], item):
        return False
    value = statement.value
    return isinstance(value, (ast.List, ast.Set)) or (
        isinstance(value, ast.Constant) and value.value in (0, 1)
    )


def _continues(statement: ast.stmt, item: tuple[object, object]) -> bool:
    if isinstance(statement, ast.AugAssign):
        return isinstance(statement.op, ast.Add) and _is_item(statement.target, item)
    call = statement.value if isinstance(statement, ast.Expr) else None
    return (
        isinstance(call, ast.Call)
        and isinstance(call.func, ast.Attribute)
        and call.func.attr in {"append", "add"}
        and _is_item(call.func.value, item)
    )
