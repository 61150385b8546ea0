"""A function that promises a value and ends without one on some path.

Finds functions annotated with a type that cannot be None which return a value on some paths and
run off their end on others.

The caller gets None where a number or a list was promised, and fails later, far from here. Often
an ``else`` was forgotten, or the ``return`` stands inside the loop or the ``if``.

Return a value at the end, raise an error there, or say ``| None`` in the annotation.
"""

import ast
from collections.abc import Iterator

from autovet.checks.syntax.flow import leaves
from autovet.checks.syntax.own_nodes import own_nodes
from autovet.domain.category import Category
from autovet.domain.finding import Finding
from autovet.domain.rule import Rule
from autovet.source.module import Module

RULE = Rule("missing-return", Category.CODE_QUALITY, confidence=0.9)

_NEVER_NONE = frozenset(
    {"int", "str", "float", "bool", "bytes", "list", "dict", "set", "frozenset", "tuple"}
)

BAD = (
    """
def discount(tier: str) -> float:  # <--
    if tier == "gold":
        return 0.2
    elif tier == "silver":
        return 0.1

def positions(text: str) -> list[int]:  # <--
    for position, letter in enumerate(text):
        if letter == "x":
            return [position]
""",
    """
import sys

class Shape:
    def area(self) -> int:  # <--
        try:
            return self.width * self.height
        except AttributeError:
            print("incomplete", file=sys.stderr)
""",
)

GOOD = (
    """
import sys

def discount(tier: str) -> float:
    if tier == "gold":
        return 0.2
    return 0.0

def find(text: str) -> int | None:
    for position, letter in enumerate(text):
        if letter == "x":
            return position

def chosen(text: str) -> int:
    if text.isdigit():
        return int(text)
    sys.exit(2)

def forever(queue) -> str:
    while True:
        item = queue.get()
        if item:
            return item

def fail(kind: str) -> int:
    if kind == "a":
        return 1
    abort(kind)
""",
    """
from typing import Protocol

class Store(Protocol):
    def size(self) -> int:
        ...

def either(lock, value) -> int:
    with lock:
        return value

def kind(value) -> str:
    match value:
        case int():
            return "int"
        case _:
            return "other"
""",
)


def check(node: ast.FunctionDef | ast.AsyncFunctionDef, module: Module) -> Iterator[Finding]:
    """Report annotated functions that can reach their end, at the ``def`` line."""
    returns = node.returns
    base = returns.value if isinstance(returns, ast.Subscript) else returns
    if not isinstance(base, ast.Name) or base.id not in _NEVER_NONE or leaves(node.body):
        return
    answers = [
        n for n in own_nodes(node.body) if isinstance(n, (ast.Return, ast.Yield, ast.YieldFrom))
    ]
    if not any(isinstance(a, ast.Return) and a.value is not None for a in answers):
        return
    last = node.body[-1]
    if not isinstance(last, (ast.If, ast.For, ast.AsyncFor, ast.While, ast.Try)) or _may_exit(last):
        return
    yield module.finding(
        RULE,
        module.header_span(node),
        f"{node.name}() promises {module.segment(base)} but can end without returning, which gives None",
        evidence={"annotation": module.segment(base), "last_statement_line": last.lineno},
    )


def _may_exit(last: ast.stmt) -> bool:
    """Whether a branch ends with a call that may never return, such as ``sys.exit`` or ``abort``."""
    return any(
        isinstance(n, ast.Expr) and isinstance(n.value, ast.Call) and _sounds_final(n.value.func)
        for n in own_nodes([last])
    )


def _sounds_final(func: ast.expr) -> bool:
    name = func.attr if isinstance(func, ast.Attribute) else getattr(func, "id", "")
    return name in {
        "exit",
        "_exit",
        "abort",
        "fail",
        "error",
        "quit",
        "assert_never",
        "skip",
        "reraise",
    } or name.startswith(("raise_", "_raise", "fail_", "exit_", "abort_"))
