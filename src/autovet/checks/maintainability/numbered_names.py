"""Variables that are told apart by numbers instead of names.

Finds functions with three or more local variables such as ``data1``, ``data2`` and ``tmp3``, whose
stem says nothing about what they hold. The reader has to keep in mind which step each number stands
for, and a wrong one is not noticed.

Name each variable after what it holds, or chain the steps so that it needs no name.

Leave numbers that mean something, as in ``x1`` and ``x2`` of two points.
"""

import ast
import re
from collections.abc import Iterator

from autovet.domain.category import Category
from autovet.domain.finding import Finding
from autovet.domain.rule import Rule
from autovet.domain.span import Span
from autovet.source.module import Module

RULE = Rule("numbered-names", Category.MAINTAINABILITY, confidence=0.8)

BAD = (
    """
def hungry(animals):
    data1 = [a for a in animals if a.hungry]  # <--
    data2 = sorted(data1, key=str)
    tmp1 = {a.name: a for a in data2}
    return tmp1
""",
    """
def bill(rows):
    res1 = sum(rows)  # <--
    res2 = res1 * 2
    res3 = res2 - 4
    val = res3
    return val
""",
)

GOOD = (
    """
def distance(first, second):
    x1, y1 = first
    x2, y2 = second
    data1 = x2 - x1
    return data1 + y2 - y1
""",
    """
def totals(rows):
    total = 0
    temp = []
    for row in rows:
        total += row
        temp.append(total)
    return temp
""",
)

_EMPTY = re.compile(r"_?(data|tmp|temp|val|value|var|res|result|ret|obj|thing|stuff|item|foo|bar|lst|arr|dct|df|output|out|x_?new|list|dict|df_?temp)_?(\d+)$")  # fmt: skip
_ENOUGH = 3


def check(module: Module) -> Iterator[Finding]:
    """Report, for each function, the first of them to the last."""
    if module.is_test:
        return
    found: dict[ast.AST, list[ast.Name]] = {}
    for node in module.nodes(ast.Name):
        if isinstance(node.ctx, ast.Store) and node.id[-1:].isdigit() and _EMPTY.match(node.id):
            function = module.function_of(node)
            if function is not None:
                found.setdefault(function, []).append(node)
    for names in found.values():
        distinct = sorted({n.id for n in names})
        if len(distinct) < _ENOUGH:
            continue
        first, last = module.span(names[0]), module.span(module.statement_of(names[-1]))
        yield module.finding(
            RULE,
            Span(first.line, first.column, last.end_line, last.end_column),
            f"{', '.join(distinct)} say nothing about what they hold: name each after its content",
            evidence={"names": distinct},
        )
