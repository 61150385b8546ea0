"""Counting or grouping with an explicit "is the key there already?".

Finds ``if key in counts: counts[key] += 1 else: counts[key] = 1`` and the same with a list that is
started or appended to, in either order of the branches; as a warning where the counts are then sorted.

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
    """
def frequent(words):
    counts = {}
    for word in words:
        counts[word] = counts.get(word, 0) + 1  # <--
    return sorted(counts.items(), key=lambda pair: pair[1], reverse=True)
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

def totals(words):
    counts = {}
    for word in words:
        counts[word] = counts.get(word, 0) + 1
    return counts
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


def check(node: ast.If | ast.Assign, module: Module) -> Iterator[Finding]:
    """Report the test, or the step of a count that is then ranked."""
    if isinstance(node, ast.Assign):
        table = _counted_with_get(node)
        if table is not None and _is_ranked(table, node, module):
            yield module.finding(
                RULE,
                node,
                "Counter.most_common counts and ranks in one step",
                severity=Severity.WARNING,
            )
        return
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
        ranked = _is_ranked(test.comparators[0], node, module)
        yield module.finding(
            RULE,
            test,
            "Counter.most_common counts and ranks in one step"
            if ranked
            else "Counter or defaultdict counts and groups without asking whether the key is there",
            severity=Severity.WARNING if ranked else None,
        )


def _is_ranked(table: ast.expr, node: ast.stmt, module: Module) -> bool:
    """Whether the same function sorts the table by its counts."""
    function = module.function_of(node)
    if function is None or not isinstance(table, ast.Name):
        return False
    for call in (n for n in ast.walk(function) if isinstance(n, ast.Call)):
        match call:
            case ast.Call(
                func=ast.Name(id="sorted"),
                args=[ast.Call(func=ast.Attribute(attr="items", value=ast.Name(id=name)))],
                keywords=[ast.keyword(arg="key", value=ast.Lambda(body=key)), *_],
            ) if name == table.id and any(
                isinstance(n, ast.Constant) and n.value == 1 for n in ast.walk(key)
            ):
                return True
    return False


def _counted_with_get(node: ast.Assign) -> ast.expr | None:
    """``counts`` of ``counts[key] = counts.get(key, 0) + 1``."""
    match node:
        case ast.Assign(
            targets=[ast.Subscript(value=table, slice=key)],
            value=ast.BinOp(
                op=ast.Add(),
                left=ast.Call(
                    func=ast.Attribute(attr="get", value=source),
                    args=[asked, ast.Constant(value=0)],
                ),
                right=ast.Constant(value=1),
            ),
        ) if fingerprint(table) == fingerprint(source) and fingerprint(key) == fingerprint(asked):
            return table
    return None


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
