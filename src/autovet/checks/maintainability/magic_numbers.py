"""Several unexplained numbers in the formulas of one function.

Finds functions in whose arithmetic and comparisons four or more different numbers stand that say
nothing by themselves: rates, limits, factors, whether as literals or as ``Decimal("0.85")``.

What the numbers mean, where they come from, and whether two equal ones are the same thing, is
known to the author alone. Changing the rate means finding all of its copies.

Name them as constants beside the function, with unit and source. Numbers that explain themselves
(0, 1, 2, 10, 100, 60, 24, 1024, HTTP status codes, indices, exponents, bit masks) do not count,
and neither do lines with a comment that explains them, tables and tests.
"""

import ast
from collections.abc import Iterator

from autovet.checks.example import Example
from autovet.checks.vocabulary.expressions import last_name
from autovet.domain.category import Category
from autovet.domain.finding import Finding
from autovet.domain.rule import Rule
from autovet.domain.span import Span
from autovet.source.module import Module
from autovet.source.scopes import FunctionNode

RULE = Rule("magic-numbers", Category.MAINTAINABILITY, confidence=0.8)

_ENOUGH = 3
_FEWEST_CODES = 3
_CODED = (
    "code",
    "status",
    "state",
    "type",
    "kind",
    "role",
    "level",
    "mode",
    "priority",
    "category",
    "tier",
    "plan",
)
_LARGEST_PLAIN = 10
_BEYOND = 1e15  # larger ones are keys and sizes, and need not fit a float
_KNOWN = frozenset({
    12, 16, 20, 24, 30, 31, 32, 50, 52, 60, 64, 90, 100, 128, 180, 255, 256, 270, 360, 365, 366, 400, 401, 403, 404,
    409, 422, 429, 500, 502, 503, 504, 200, 201, 202, 204, 299, 300, 301, 302, 304, 307, 308, 399, 499, 599, 512, 600,
    1000, 1024, 1440, 2048, 3600, 4096, 8192, 10_000, 65_535, 65_536, 86_400, 100_000, 1_000_000, 1_048_576,
    1_000_000_000, 0.5, 0.25, 0.1, 0.01, 0.001, 1.5, 1e-6, 1e-9, 1e-12, 0.0001, 0.75,
})  # fmt: skip
_BITWISE = (ast.BitAnd, ast.BitOr, ast.BitXor, ast.LShift, ast.RShift, ast.Pow)

BAD = (
    """
def premium(age, kilometres):
    base = 318.5 + age * 2.17  # <--
    if kilometres > 15500:
        base *= 1.34
    if age < 23:
        base += 77
    return base
""",
    """
from decimal import Decimal

class Fee:
    def amount(self, gross):
        net = gross / Decimal("1.19")  # <--
        if net > 2750:
            return net * Decimal("0.0425") + Decimal("3.95")
        return net * Decimal("0.055")
""",
)

GOOD = (
    """
RATE = 2.17
YOUNG = 23

def premium(age, seconds, status):
    hours = seconds / 3600 + age * RATE
    if 400 <= status < 500 or age < YOUNG:
        return hours * 100
    return hours / 24 / 365
""",
    """
import hashlib

def bucket(value):
    mixed = (value ^ 61) ^ (value >> 19) & 0x27D4EB2D
    return (mixed << 5) % 1024 + value[37] + hashlib.new("x", 17, 29, 41)

def fahrenheit(celsius):
    return celsius * 1.8 + 32.0

def area(radius):
    scale = radius * 3.7  # measured on the prototype
    other = radius * 4.9  # likewise
    third = radius * 6.3  # likewise
    return scale + other + third + 7.7
""",
    Example(
        "def test_price(price):\n    assert price == 17.2 * 3.3 + 44 - 29.1 + 71\n",
        path="tests/test_price.py",
    ),
)


def check(module: Module) -> Iterator[Finding]:
    """Report, for each function, the region from its first such number to its last."""
    if module.is_test:
        return
    by_function: dict[FunctionNode, list[tuple[float, ast.Constant]]] = {}
    for node in module.nodes(ast.Constant):
        value = _number(node, module)
        if (
            value is not None
            and _in_formula(node, module)
            and (function := module.function_of(node))
        ):
            by_function.setdefault(function, []).append((value, node))
    yield from _codes(module)
    for function, found in by_function.items():
        if len({value for value, _ in found}) < _ENOUGH:
            continue
        explained = {c.line for c in module.comments}
        bare = [(v, n) for v, n in found if not {n.lineno, n.lineno - 1} & explained]
        distinct = sorted({value for value, _ in bare})
        if len(distinct) < _ENOUGH:
            continue
        places = sorted((module.span(n) for _, n in bare), key=lambda span: span.start)
        yield module.finding(
            RULE,
            Span(places[0].line, places[0].column, places[-1].end_line, places[-1].end_column),
            f"{function.name}() calculates with {len(distinct)} unexplained numbers: name them as constants",
            evidence={"numbers": distinct, "lines": sorted({p.line for p in places})},
        )


def _number(node: ast.Constant, module: Module) -> float | None:
    """The value of a number that does not explain itself."""
    text = node.value
    if isinstance(text, str):
        parent = module.parent(node)
        if not text[:1].isdigit() or not isinstance(parent, ast.Call):
            return None
        if module.qualified(parent.func) not in {"decimal.Decimal", "fractions.Fraction"}:
            return None
        try:
            value = float(text)
        except ValueError:
            return None
    elif isinstance(text, (int, float)) and not isinstance(text, bool):
        value = float(text) if abs(text) < _BEYOND else 0.0
    else:
        return None
    if value in _KNOWN or (value.is_integer() and abs(value) <= _LARGEST_PLAIN):
        return None
    spelled = module.segment(node)[:2].lower() if isinstance(text, int) else ""
    return None if spelled in {"0x", "0b", "0o"} else value


def _in_formula(node: ast.Constant, module: Module) -> bool:
    """Whether the number is an operand of arithmetic or a bound that something is compared with."""
    child: ast.AST = node
    for parent in module.ancestors(node):
        if isinstance(parent, ast.UnaryOp) or (
            isinstance(parent, ast.Call) and isinstance(node.value, str) and child is node
        ):
            child = parent
            continue
        if isinstance(parent, ast.IfExp) and child is not parent.test:
            return isinstance(node.value, float) or isinstance(module.parent(parent), ast.BinOp)
        if isinstance(parent, ast.BinOp):
            textual = isinstance(parent.left, (ast.Constant, ast.JoinedStr)) and not isinstance(
                getattr(parent.left, "value", 0), (int, float)
            )
            return not isinstance(parent.op, _BITWISE) and not textual
        if isinstance(parent, ast.Compare):
            return any(
                isinstance(op, (ast.Lt, ast.LtE, ast.Gt, ast.GtE)) for op in parent.ops
            ) and not _is_size(parent)
        return isinstance(parent, ast.AugAssign) and not isinstance(parent.op, _BITWISE)
    return False


def _is_size(node: ast.Compare) -> bool:
    """A comparison of a length, a code point or a version, which is about shape."""
    for side in (node.left, *node.comparators):
        called = side.func if isinstance(side, ast.Call) else None
        if isinstance(called, ast.Name) and called.id in {"len", "ord"}:
            return True
        if "version" in last_name(side).lower():
            return True
    return False


def _codes(module: Module) -> Iterator[Finding]:
    """One value compared with three or more bare codes, whose meaning stands nowhere."""
    asked: dict[tuple[FunctionNode, str], list[ast.Compare]] = {}
    for node in module.nodes(ast.Compare):
        match node:
            case ast.Compare(
                left=ast.Name() | ast.Attribute() as left,
                ops=[ast.Eq()],
                comparators=[ast.Constant(value=code)],
            ) if isinstance(code, int) and not isinstance(code, bool) and code > 1:
                function = module.function_of(node)
                name = last_name(left).lower()
                if function is not None and any(word in name for word in _CODED):
                    asked.setdefault((function, ast.unparse(left)), []).append(node)
    explained = {c.line for c in module.comments}
    for (function, name), nodes in asked.items():
        codes = sorted(
            {n.comparators[0].value for n in nodes if isinstance(n.comparators[0], ast.Constant)},
            key=str,
        )
        if len(codes) < _FEWEST_CODES or any({n.lineno, n.lineno - 1} & explained for n in nodes):
            continue
        if all(isinstance(c, int) and c in _KNOWN for c in codes):
            continue
        places = sorted((module.span(n) for n in nodes), key=lambda span: span.start)
        yield module.finding(
            RULE,
            Span(places[0].line, places[0].column, places[-1].end_line, places[-1].end_column),
            f"{function.name}() knows {len(codes)} values of {name} by bare numbers: name them, in an enum say",
            evidence={"numbers": codes, "lines": sorted({p.line for p in places})},
        )
