"""Leap years, lengths of months, medians and common divisors worked out by hand.

Finds the test by 4, 100 and 400, tables and chains of the days in a month, the mean of the two middle
values of a sorted list, and Euclid's loop.

Each is a few lines that everybody reads twice and that go wrong at the edges: February, the empty
list, negative numbers.

Use ``calendar.isleap`` and ``calendar.monthrange``, ``statistics.median`` and ``math.gcd``.

Leave it where the calendar is not ours, or the values are not Python's numbers.
"""

import ast
from collections.abc import Iterator

from autovet.checks.syntax.fingerprint import fingerprint
from autovet.domain.category import Category
from autovet.domain.finding import Finding
from autovet.domain.rule import Rule
from autovet.source.module import Module

RULE = Rule("hand-made-arithmetic", Category.PRACTICALITY, confidence=0.85)

_LEAP = frozenset({4, 100, 400})
_MONTHS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)

BAD = (
    """
def is_long(year):
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)  # <--

def last_day(month):
    return [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1]  # <--
""",
    """
def middle(sizes):
    ordered = sorted(sizes)
    half = len(ordered) // 2
    if len(ordered) % 2 == 0:
        return (ordered[half - 1] + ordered[half]) / 2  # <--
    return ordered[half]

def shared(a, b):
    while b:  # <--
        a, b = b, a % b
    return a
""",
)

GOOD = (
    """
import calendar

def is_long(year):
    return calendar.isleap(year)

def every_fourth(year):
    return year % 4 == 0 and year > 100
""",
    """
def between(points, i):
    return (points[i] + points[i + 2]) / 2

def drain(a, b):
    while b:
        a, b = b, a - b
    return a
""",
)


def check(
    node: ast.BoolOp | ast.List | ast.Tuple | ast.BinOp | ast.While, module: Module
) -> Iterator[Finding]:
    """Report the expression or the loop."""
    instead = ""
    if isinstance(node, ast.BoolOp):
        if not isinstance(module.parent(node), ast.BoolOp) and _tests_leap(node):
            instead = "calendar.isleap"
    elif isinstance(node, (ast.List, ast.Tuple)):
        values = tuple(getattr(e, "value", None) for e in node.elts)
        if values in {_MONTHS, (0, *_MONTHS)}:
            instead = "calendar.monthrange"
    elif isinstance(node, ast.BinOp):
        if _is_median(node):
            instead = "statistics.median"
    elif _is_euclid(node):
        instead = "math.gcd"
    if instead and not module.is_test:
        yield module.finding(RULE, node, f"{instead} works this out", evidence={"instead": instead})


def _tests_leap(node: ast.BoolOp) -> bool:
    divisors = {
        n.right.value
        for n in ast.walk(node)
        if isinstance(n, ast.BinOp)
        and isinstance(n.op, ast.Mod)
        and isinstance(n.right, ast.Constant)
    }
    return divisors == _LEAP


def _is_median(node: ast.BinOp) -> bool:
    """``(x[i - 1] + x[i]) / 2``, in either order."""
    match node:
        case ast.BinOp(
            op=ast.Div(),
            left=ast.BinOp(
                op=ast.Add(),
                left=ast.Subscript(value=one, slice=lower),
                right=ast.Subscript(value=other, slice=upper),
            ),
            right=ast.Constant(value=2 | 2.0),
        ) if fingerprint(one) == fingerprint(other):
            return _is_before(lower, upper) or _is_before(upper, lower)
    return False


def _is_before(lower: ast.expr, upper: ast.expr) -> bool:
    match lower:
        case ast.BinOp(op=ast.Sub(), left=index, right=ast.Constant(value=1)):
            halved = isinstance(upper, (ast.Name, ast.BinOp))
            return halved and fingerprint(index) == fingerprint(upper)
    return False


def _is_euclid(node: ast.While) -> bool:
    match node.body:
        case [
            ast.Assign(
                targets=[ast.Tuple(elts=[ast.Name(id=a), ast.Name(id=b)])],
                value=ast.Tuple(
                    elts=[
                        ast.Name(id=c),
                        ast.BinOp(op=ast.Mod(), left=ast.Name(id=d), right=ast.Name(id=e)),
                    ]
                ),
            )
        ]:
            return a == d and b == c == e
    return False
