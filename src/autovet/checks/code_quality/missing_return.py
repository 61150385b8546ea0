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
from autovet.domain.span import Span
from autovet.source.module import Module
from autovet.source.scopes import FunctionNode

RULE = Rule("missing-return", Category.CODE_QUALITY, confidence=0.9)

_NEVER_NONE = frozenset(
    {"int", "str", "float", "bool", "bytes", "list", "dict", "set", "frozenset", "tuple"}
)

_FEWEST_CASES = 2

BAD = (
    """
def fee(weight):  # <--
    if weight > 30:
        return weight * 0.4
    elif weight > 5:
        return weight * 0.2
""",
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
def fee(weight):
    if weight > 30:
        return weight * 0.4
    elif weight > 5:
        return weight * 0.2
    return 1

def named(key, default):
    if key == "a":
        return default
    elif key == "b":
        return None

def one(key):
    if key:
        return "x"
""",
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
    if returns is None:
        yield from _unannotated(node, module)
        return
    base = returns.value if isinstance(returns, ast.Subscript) else returns
    if not isinstance(base, ast.Name) or base.id not in _NEVER_NONE or leaves(node.body):
        return
    answers = [
        n for n in own_nodes(node.body) if isinstance(n, (ast.Return, ast.Yield, ast.YieldFrom))
    ]
    if not any(isinstance(a, ast.Return) and a.value is not None for a in answers):
        if not answers and _works_without_answer(node, module):
            yield module.finding(
                RULE,
                module.header_span(node),
                f"{node.name}() promises {module.segment(base)} and returns nothing at all",
                evidence={"annotation": module.segment(base)},
            )
        return
    last = node.body[-1]
    if not isinstance(last, (ast.If, ast.For, ast.AsyncFor, ast.While, ast.Try)) or _may_exit(last):
        return
    yield module.finding(
        RULE,
        _whole(node, module),
        f"{node.name}() promises {module.segment(base)} but can end without returning, which gives None",
        evidence={"annotation": module.segment(base), "last_statement_line": last.lineno},
    )


def _unannotated(node: FunctionNode, module: Module) -> Iterator[Finding]:
    """A chain of cases that all give a value, at the end of a function, without a case for the rest."""
    last = node.body[-1]
    if not isinstance(last, ast.If) or module.is_test or leaves(node.body) or _may_exit(last):
        return
    branches = list(_branches(last))
    if len(branches) < _FEWEST_CASES:
        return
    answers = [
        n for n in own_nodes(node.body) if isinstance(n, (ast.Return, ast.Yield, ast.YieldFrom))
    ]
    values = [a.value if isinstance(a, ast.Return) else None for a in answers]
    if not values or not all(v is not None and _is_worked_out(v) for v in values):
        return
    if not all(leaves(branch) and isinstance(branch[-1], ast.Return) for branch in branches):
        return
    yield module.finding(
        RULE,
        _whole(node, module),
        f"{node.name}() gives a value in {len(branches)} cases and None, unsaid, in all others: "
        "end it with a return or a raise",
        evidence={"cases": len(branches), "last_statement_line": last.lineno},
        confidence=0.8,
    )


def _whole(node: FunctionNode, module: Module) -> Span:
    """From the promise to the last statement, behind which the answer is missing."""
    header, last = module.header_span(node), module.span(node.body[-1])
    return Span(header.line, header.column, last.end_line, last.end_column)


def _works_without_answer(node: FunctionNode, module: Module) -> bool:
    """Whether a function does real work and never answers; a stub is another rule's matter."""
    work = [s for s in node.body if isinstance(s, (ast.Assign, ast.AugAssign, ast.For))]
    owner = module.parent(node)
    bare = not isinstance(owner, ast.ClassDef) or not (owner.bases or owner.keywords)
    return bool(work) and bare and not node.decorator_list and not _may_exit(node.body[-1])


def _branches(chain: ast.If) -> Iterator[list[ast.stmt]]:
    while True:
        yield chain.body
        if len(chain.orelse) != 1 or not isinstance(chain.orelse[0], ast.If):
            return
        chain = chain.orelse[0]


def _is_worked_out(value: ast.expr) -> bool:
    """A number, a text or a calculation: a value that its user takes for granted."""
    if isinstance(value, ast.Constant):
        return value.value is not None and not isinstance(value.value, bool)
    return isinstance(value, (ast.BinOp, ast.JoinedStr))


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
