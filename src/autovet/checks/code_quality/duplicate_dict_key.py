"""A dictionary literal that gives the same key twice.

Finds a constant key, or a constant of a class such as an enum member, that appears more than once
in one dictionary display. The finding reaches from the first entry to the last one.

Python keeps only the last value, without a word. Usually a line was copied and its key was not
changed: the first value is lost, and so is the key that was meant.

Correct the key, or delete the entry that does not count.
"""

import ast
from collections.abc import Iterator

from autovet.checks.syntax.reference import reference
from autovet.domain.category import Category
from autovet.domain.finding import Finding
from autovet.domain.rule import Rule
from autovet.domain.span import Span
from autovet.source.module import Module

RULE = Rule("duplicate-dict-key", Category.CODE_QUALITY, confidence=0.98)

BAD = (
    """
PORTS = {
    "http": 80,  # <--
    "ssh": 22,
    "http": 443,
}
""",
    """
from enum import Enum

class Level(Enum):
    LOW = 1
    HIGH = 2

COLOURS = {Level.LOW: "green", Level.HIGH: "red", Level.LOW: "yellow"}  # <--
""",
    """
ROUNDS = {1: "first", 2: "second", 1.0: "final", -1: "none"}  # <--
""",
)

GOOD = (
    """
PORTS = {"http": 80, "https": 443, 80: "http", "80": "http", -1: "any", 1: "one", b"http": 80}
""",
    """
def merged(base, extra, key):
    return {**base, "name": 1, **extra, key: 2, key + "s": 3}
""",
)


def check(node: ast.Dict, module: Module) -> Iterator[Finding]:
    """Report each repeated key once."""
    groups: dict[object, list[int]] = {}
    for position, key in enumerate(node.keys):
        if key is None:
            groups.clear()  # what is unpacked here may be overridden on purpose
            continue
        value = _value(key)
        if value is not None:
            groups.setdefault(value, []).append(position)
    for positions in groups.values():
        if len(positions) == 1:
            continue
        first, last = (node.keys[p] for p in (positions[0], positions[-1]))
        if first is None or last is None:
            continue
        start, end = module.span(first), module.span(last)
        yield module.finding(
            RULE,
            Span(start.line, start.column, end.end_line, end.end_column),
            f"The key {module.segment(first)} appears again on line {end.line}, so this value is lost",
            evidence={
                "key": module.segment(first),
                "lines": [module.span(k).line for p in positions if (k := node.keys[p])],
            },
        )


def _value(key: ast.expr) -> object:
    if (
        isinstance(key, ast.UnaryOp)
        and isinstance(key.op, ast.USub)
        and isinstance(key.operand, ast.Constant)
    ):
        number = key.operand.value
        return ("number", -number) if isinstance(number, (int, float)) else None
    if isinstance(key, ast.Constant):
        number = isinstance(key.value, (bool, int, float))
        return ("number" if number else type(key.value).__name__, key.value)
    if isinstance(key, ast.Attribute):
        name = reference(key)
        return ("name", name) if name and key.attr.isupper() else None
    if isinstance(key, ast.Tuple):
        parts = [_value(item) for item in key.elts]
        return ("tuple", *parts) if parts and None not in parts else None
    return None
