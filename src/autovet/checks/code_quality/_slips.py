"""The patterns by which a line gives away that it was copied and not changed in all places."""

import ast
import itertools
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from autovet.checks.syntax.fingerprint import fingerprint
from autovet.source.module import Module
from autovet.source.scopes import FunctionNode

_PAIR = 2
_BELOW, _ABOVE = (ast.Lt, ast.LtE), (ast.Gt, ast.GtE)
_OPPOSITE: dict[type[ast.cmpop], tuple[type[ast.cmpop], ...]] = {
    **dict.fromkeys(_BELOW, _ABOVE),
    **dict.fromkeys(_ABOVE, _BELOW),
}


class Slip(NamedTuple):
    """A piece of code that says one name where another was meant."""

    where: ast.AST
    said: str
    meant: str


def wrong_cell(pairs: list[tuple[str, ast.expr]], module: Module) -> Iterator[Slip]:
    """``top = max(xs)`` after ``min(xs)``, ``max(xs)`` and ``min(ys)``: the fourth of two by two."""
    cells: dict[tuple[str, str], ast.expr] = {}
    doubled: list[tuple[tuple[str, str], ast.expr]] = []
    for _, value in pairs:
        match value:
            case ast.Call(func=ast.Name(id=function), args=[ast.Name(id=argument)], keywords=[]):
                if (function, argument) in cells:
                    doubled.append(((function, argument), value))
                else:
                    cells[function, argument] = value
    functions, arguments = {f for f, _ in cells}, {a for _, a in cells}
    wanted = {(f, a) for f in functions for a in arguments} - set(cells)
    if len(functions) != _PAIR or len(arguments) != _PAIR or len(wanted) != 1 or len(doubled) != 1:
        return
    (function, argument), value = doubled[0]
    (meant,) = wanted
    if (function == meant[0]) != (argument == meant[1]):
        yield Slip(module.statement_of(value), f"{function}({argument})", f"{meant[0]}({meant[1]})")


def wrong_axis(moved: list[tuple[str, ast.expr]], module: Module) -> Iterator[Slip]:
    """``self.py += self.vx * dt`` after ``self.px += self.vx * dt``, where there is a ``vy``."""
    known = {name for name, _ in moved}
    for (before, first), (name, value) in itertools.pairwise(moved):
        if before[:-1] != name[:-1] or before == name or fingerprint(first) != fingerprint(value):
            continue
        for word in sorted(_identifiers(value)):
            meant = word[:-1] + name[-1]
            if word[-1] == before[-1] and meant in known and len(word) > 1:
                yield Slip(module.statement_of(value), word, meant)
                break


def wrong_parameter(init: FunctionNode, module: Module) -> Iterator[Slip]:
    """``self.beds = number`` beside ``self.number = number``, where ``beds`` is never used."""
    parameters = {a.arg for a in [*init.args.args, *init.args.kwonlyargs]}
    read = [n.id for n in ast.walk(init) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Load)]
    stored = [
        (s.targets[0].attr.lstrip("_"), s.value)
        for s in ast.walk(init)
        if isinstance(s, ast.Assign) and isinstance(s.targets[0], ast.Attribute)
    ]
    straight = {v.id for n, v in stored if isinstance(v, ast.Name) and v.id == n}
    for name, value in stored:
        if (
            isinstance(value, ast.Name)
            and name in parameters
            and value.id != name
            and value.id in straight
            and name not in read
        ):
            yield Slip(module.statement_of(value), value.id, name)


def wrong_source(pairs: list[tuple[str, ast.expr]], module: Module) -> Iterator[Slip]:
    """Two entries with one source, where the names say that each should have its own."""
    first_of: dict[object, str] = {}
    if len(pairs) < _PAIR:
        return
    for name, value in pairs:
        if isinstance(value, (ast.Constant, ast.Name)):
            continue
        mark = fingerprint(value)
        before = first_of.setdefault(mark, name)
        if before == name:
            continue
        change = _changed_word(before, name)
        if change is None:
            continue
        old, new = change
        known = {word for _, other in pairs for word in _identifiers(other)}
        for word in sorted(_identifiers(value)):
            meant = _with_word(word, old, new)
            if meant is not None and meant != word and (meant in known or _has_word(known, new)):
                yield Slip(_entry(value, module), word, meant)
                break


def _has_word(known: set[str], word: str) -> bool:
    """Whether another entry draws on a source with the word, so that such sources exist."""
    return any(word in name.split("_")[:-1] for name in known)


def _entry(value: ast.expr, module: Module) -> ast.AST:
    """The entry of a dictionary, or the statement that a value stands in."""
    return value if isinstance(module.parent(value), ast.Dict) else module.statement_of(value)


def _identifiers(value: ast.expr) -> set[str]:
    found = set()
    for node in ast.walk(value):
        if isinstance(node, ast.Name):
            found.add(node.id)
        elif isinstance(node, ast.Attribute):
            found.add(node.attr)
        elif (
            isinstance(node, ast.Constant)
            and isinstance(node.value, str)
            and node.value.isidentifier()
        ):
            found.add(node.value)
    return found


def _changed_word(first: str, second: str) -> tuple[str, str] | None:
    """The one word in which two names differ, such as home and work."""
    a, b = first.split("_"), second.split("_")
    if len(a) != len(b):
        return None
    different = [(x, y) for x, y in zip(a, b, strict=True) if x != y]
    return different[0] if len(different) == 1 else None


def _with_word(word: str, old: str, new: str) -> str | None:
    """``sales`` with sale changed to cost is ``costs``."""
    parts = word.split("_")
    for number, part in enumerate(parts):
        if part in (old, f"{old}s"):
            parts[number] = new + part[len(old) :]
            return "_".join(parts)
    return None


def mixed_pair(pairs: list[tuple[str, ast.expr]], module: Module) -> Iterator[Slip]:
    """``dy = b.y - a.x`` after ``dx = b.x - a.x``."""
    differences = [(n, v) for n, v in pairs if _attribute_pair(v) is not None]
    for (_, first), (_, second) in itertools.pairwise(differences):
        one, two = _attribute_pair(first), _attribute_pair(second)
        if one is None or two is None or one[0] != one[1] or two[0] == two[1]:
            continue
        owners = [ast.unparse(n.value) for v in (first, second) for n in _attributes(v)]
        if owners[:2] == owners[2:] and one[0] in two:
            meant = two[0] if two[1] == one[0] else two[1]
            yield Slip(module.statement_of(second), one[0], meant)


def _attributes(value: ast.expr) -> list[ast.Attribute]:
    sides = [value.left, value.right] if isinstance(value, ast.BinOp) else []
    return [s for s in sides if isinstance(s, ast.Attribute)]


def _attribute_pair(value: ast.expr) -> tuple[str, str] | None:
    found = _attributes(value)
    if len(found) != _PAIR or ast.dump(found[0].value) == ast.dump(found[1].value):
        return None
    return found[0].attr, found[1].attr


def wrong_range(block: Sequence[ast.stmt]) -> Iterator[Slip]:
    """``if b < 60 or a > 200`` after ``if a < 40 or a > 180``."""
    whole: set[str] = set()
    for statement in block:
        match statement:
            case ast.If(
                test=ast.BoolOp(
                    values=[
                        ast.Compare(left=ast.Name() as one, ops=[first], comparators=[low]),
                        ast.Compare(left=ast.Name() as other, ops=[second], comparators=[high]),
                    ]
                )
            ) if type(first) in _OPPOSITE and isinstance(second, _OPPOSITE[type(first)]):
                if not isinstance(low, ast.Constant) or not isinstance(high, ast.Constant):
                    continue
                if one.id == other.id:
                    whole.add(one.id)
                elif other.id in whole and one.id not in whole:
                    yield Slip(statement.test, other.id, one.id)


def wrong_limit(block: Sequence[ast.stmt]) -> Iterator[Slip]:
    """``if a.high > b.high: a.high = b.low``, where the other limits are taken over as compared."""
    good = 0
    odd: list[tuple[ast.stmt, str, str]] = []
    for statement in block:
        match statement:
            case ast.If(
                test=ast.Compare(
                    left=ast.Attribute() as left, comparators=[ast.Attribute() as limit]
                ),
                body=[
                    ast.Assign(targets=[ast.Attribute() as target], value=ast.Attribute() as value)
                ],
            ) if ast.unparse(left) == ast.unparse(target) and left.attr == limit.attr:
                if ast.unparse(value) == ast.unparse(limit):
                    good += 1
                elif ast.unparse(value.value) == ast.unparse(limit.value):
                    odd.append((statement.body[0], ast.unparse(value), ast.unparse(limit)))
    if good and len(odd) == 1:
        yield Slip(*odd[0])
