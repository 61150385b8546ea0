"""A condition that an earlier branch has dealt with, so that its own branch never runs.

Finds, in chains of ``if``/``elif`` and among neighbouring ``if`` statements that return, raise or
continue, a condition that was asked before word for word, that asks for more than one asked before
(``a and b`` after ``a``), that names a longer prefix or suffix than one that was taken already, or that
asks for the length of something whose emptiness was dealt with.

What was meant for that case happens to nobody.

Put the narrower condition first, correct it, or delete the branch.
"""

import ast
from collections.abc import Iterator, Sequence

from autovet.checks.syntax.fingerprint import fingerprint
from autovet.checks.syntax.flow import leaves
from autovet.domain.category import Category
from autovet.domain.finding import Finding
from autovet.domain.rule import Rule
from autovet.source.module import Module

RULE = Rule("condition-already-handled", Category.CODE_QUALITY, confidence=0.9, cwe=561)

BAD = (
    """
def clothing(rain, wind, name):
    if rain and wind:
        return "hood"
    if name.startswith("x"):
        return "special"
    if wind and rain and name:  # <--
        return "umbrella"
    if name.startswith("x-"):  # <--
        return "very special"
    return "hat"
""",
    """
def kind(low, high, names):
    if low.size > high.size:
        word = "falling"
    elif low.size == high.size:
        word = "flat"
    elif low.size > high.size:  # <--
        word = "rising"
    else:
        word = ""
    if not names:
        return "nobody"
    if len(names) == 0:  # <--
        return "empty"
    return word
""",
)

GOOD = (
    """
def clothing(rain, wind, name):
    if name.startswith("x-"):
        return "very special"
    if name.startswith("x"):
        return "special"
    if rain and wind:
        return "hood"
    if rain:
        return "umbrella"
    if wind:
        wind = measure()
    if wind and name:
        return "cap"
    return "hat"
""",
    """
def drained(queue, low, high):
    if queue.empty() and low > high:
        return 0
    queue.put(low)
    if queue.empty() and low > high:
        return 1
    if low.rank > high.rank:
        low.swap(high)
    if low.rank > high.rank:
        return 2
    return 3
""",
)

_PURE = (
    ast.Name, ast.Attribute, ast.Constant, ast.Compare, ast.BoolOp, ast.UnaryOp, ast.BinOp, ast.Subscript, ast.Tuple,
    ast.operator, ast.unaryop, ast.cmpop, ast.boolop, ast.expr_context, ast.Call,
)  # fmt: skip
_AFFIXES = frozenset({"startswith", "endswith"})
_PURE_CALLS = frozenset({"len", *_AFFIXES, "isdigit", "isalpha", "isupper", "islower", "lower", "upper", "strip"})  # fmt: skip

_Part = tuple[object, ast.expr]


def check(first: ast.If, module: Module) -> Iterator[Finding]:
    """Report dead conditions, from the first ``if`` of a row on."""
    parent = module.parent(first)
    for name in ("body", "orelse", "finalbody"):
        block = getattr(parent, name, None)
        if isinstance(block, list) and first in block:
            position = block.index(first)
            if name == "orelse" and len(block) == 1 and isinstance(parent, ast.If):
                return  # an ``elif``: its chain is looked at from the top
            if position == 0 or not isinstance(block[position - 1], ast.If):
                row = list(_row(block[position:]))
                if len(row) == 1 and not first.orelse:
                    return
                yield from _dead_in(row, module)
            return


def _row(block: Sequence[ast.stmt]) -> Iterator[ast.If]:
    for statement in block:
        if not isinstance(statement, ast.If):
            return
        yield statement


def _dead_in(row: Sequence[ast.If], module: Module) -> Iterator[Finding]:
    """Go through neighbouring chains with what the branches so far have taken."""
    taken: list[tuple[list[_Part], int]] = []
    for chain in row:
        own: list[tuple[list[_Part], int]] = []
        branch = chain
        stays = False
        while True:
            if not _is_pure(branch.test):
                stays = True
                own = []
                if len(branch.orelse) != 1 or not isinstance(branch.orelse[0], ast.If):
                    break
                branch = branch.orelse[0]
                continue
            before = _dealt_with(branch.test, [*taken, *own])
            if before is not None:
                yield module.finding(
                    RULE,
                    branch.test,
                    f"this can never be true here: the branch in line {before} has taken every such case",
                    evidence={"handled_in_line": before},
                )
            asked = [(_conjuncts(way), branch.lineno) for way in _alternatives(branch.test)]
            own += asked
            if leaves(branch.body):
                taken += asked if not stays else []
            else:
                stays = True
            if len(branch.orelse) != 1 or not isinstance(branch.orelse[0], ast.If):
                break
            branch = branch.orelse[0]
        if stays or (chain.orelse and not leaves([chain])):
            taken = []  # a branch that comes back may have changed anything


def _dealt_with(test: ast.expr, taken: list[tuple[list[_Part], int]]) -> int | None:
    """The line of the branch that took all for which the test holds."""
    lines = []
    for way in _alternatives(test):
        asked = _conjuncts(way)
        line = next((line for parts, line in taken if _covers(parts, asked)), None)
        if line is None:
            return None
        lines.append(line)
    return lines[0]


def _covers(parts: list[_Part], asked: list[_Part]) -> bool:
    """Whether a case with all of ``asked`` is one with all of ``parts``; plain values are left to others."""
    plain = len(parts) == 1 and _is_plain(parts[0][1])
    for mark, part in parts:
        same = any(
            mark == other
            and not (plain and type(node) is type(part) and fingerprint(node) == fingerprint(part))
            for other, node in asked
        )
        if not same and not any(_narrows(node, part) for _, node in asked):
            return False
    return True


def _is_plain(part: ast.expr) -> bool:
    """Whether it asks for one variable's value, of which another rule keeps account."""
    while isinstance(part, ast.UnaryOp):
        part = part.operand
    if isinstance(part, ast.Compare):
        return all(not isinstance(c, (ast.Name, ast.Attribute)) for c in part.comparators)
    return isinstance(part, (ast.Name, ast.Attribute)) or (
        isinstance(part, ast.Call) and getattr(part.func, "id", "") == "isinstance"
    )


def _narrows(narrow: ast.expr, wide: ast.expr) -> bool:
    """Whether one affix contains the other: ``startswith("ab")`` after ``startswith("a")``."""
    match narrow, wide:
        case (
            ast.Call(func=ast.Attribute(attr=one, value=text), args=[ast.Constant(value=str() as long)]),
            ast.Call(func=ast.Attribute(attr=other, value=same), args=[ast.Constant(value=str() as short)]),
        ) if one == other and one in _AFFIXES and fingerprint(text) == fingerprint(same):  # fmt: skip
            return long.startswith(short) if one == "startswith" else long.endswith(short)
        case (
            ast.Call(func=ast.Attribute(attr=one, value=text), args=[ast.Constant(value=bytes() as more)]),
            ast.Call(func=ast.Attribute(attr=other, value=same), args=[ast.Constant(value=bytes() as less)]),
        ) if one == other and one in _AFFIXES and fingerprint(text) == fingerprint(same):  # fmt: skip
            return more.startswith(less) if one == "startswith" else more.endswith(less)
    return False


def _alternatives(test: ast.expr) -> list[ast.expr]:
    return test.values if isinstance(test, ast.BoolOp) and isinstance(test.op, ast.Or) else [test]


def _conjuncts(test: ast.expr) -> list[_Part]:
    parts = test.values if isinstance(test, ast.BoolOp) and isinstance(test.op, ast.And) else [test]
    return [(_mark(part), part) for part in parts]


def _mark(part: ast.expr) -> object:
    """What a part asks, in one spelling: ``len(x) == 0`` is ``not x``."""
    match part:
        case (
            ast.Compare(
                left=ast.Call(func=ast.Name(id="len"), args=[thing]),
                ops=[ast.Eq()],
                comparators=[ast.Constant(value=0)],
            )
            | ast.UnaryOp(op=ast.Not(), operand=thing)
        ):
            return ("empty", fingerprint(thing))
    return fingerprint(part)


def _is_pure(test: ast.expr) -> bool:
    for node in ast.walk(test):
        if not isinstance(node, _PURE):
            return False
        if isinstance(node, ast.Call):
            func = node.func
            name = func.attr if isinstance(func, ast.Attribute) else getattr(func, "id", "")
            if name not in _PURE_CALLS:
                return False
    return True
