"""A line copied from the one above in which one name was not changed.

Finds rows of alike statements or entries in which all follow one pattern but one: a parameter that
is stored under another's name while its own is never used, an entry computed from another entry's
source, a pair of coordinates that mixes x with y.

The code runs and gives a wrong result for exactly one field, which tests rarely look at.

Name what belongs to the line. Where the repetition is meant, take the value from the first line so
that it shows.
"""

import ast
import itertools
from collections.abc import Iterator, Sequence

from autovet.checks.syntax.fingerprint import fingerprint
from autovet.domain.category import Category
from autovet.domain.finding import Finding
from autovet.domain.rule import Rule
from autovet.source.module import Module
from autovet.source.scopes import FunctionNode

RULE = Rule("copied-statement-slip", Category.CODE_QUALITY, confidence=0.85)

_FEWEST_ALIKE = 2

BAD = (
    """
class Room:
    def __init__(self, floor, number, beds):
        self.floor = floor
        self.number = number
        self.beds = number  # <--
""",
    """
def contact(form):
    return {
        "home_phone": form["home_phone"],
        "home_mail": form["home_mail"],
        "work_phone": form["work_phone"],
        "work_mail": form["home_mail"],  # <--
    }
""",
    """
def span(a, b, fence):
    dx = b.x - a.x
    dy = b.y - a.x  # <--
    if a.low < fence.low:
        a.low = fence.low
    if a.high > fence.high:
        a.high = fence.low  # <--
    return dx, dy
""",
    """
def totals(sales, costs):
    sale_sum = sum(s.amount for s in sales)
    sale_count = len(sales)
    cost_sum = sum(s.amount for s in sales)  # <--
    cost_count = len(costs)
    return sale_sum, sale_count, cost_sum, cost_count
""",
)

GOOD = (
    """
class Square:
    def __init__(self, side, colour):
        self.width = side
        self.height = side
        self.colour = colour

class Span:
    def __init__(self, start, end=None):
        self.start = start
        self.end = start if end is None else end
""",
    """
def contact(form):
    home = {"home_phone": form["phone"], "work_phone": form["phone"]}
    dx = form.b.x - form.a.x
    dy = form.b.y - form.a.y
    first_name = form.name
    last_name = form.name
    return home, dx, dy, first_name, last_name
""",
    """
def reset(box, page):
    low = page.top
    high = page.top
    if box.low < page.low:
        box.low = page.low
    if box.high < page.low:
        box.high = page.low
    return low, high
""",
)


def check(
    node: ast.FunctionDef | ast.AsyncFunctionDef | ast.Dict, module: Module
) -> Iterator[Finding]:
    """Report the statement or entry that falls out of the row."""
    if module.is_test:
        return
    if isinstance(node, ast.Dict):
        pairs = [
            (str(k.value), v)
            for k, v in zip(node.keys, node.values, strict=True)
            if isinstance(k, ast.Constant) and isinstance(k.value, str)
        ]
        yield from _wrong_source(pairs, module)
        return
    if node.name == "__init__":
        yield from _wrong_parameter(node, module)
    blocks: list[Sequence[ast.stmt]] = [node.body]
    while blocks:
        block = blocks.pop()
        assigned = [
            (s.targets[0].id, s.value)
            for s in block
            if isinstance(s, ast.Assign) and isinstance(s.targets[0], ast.Name)
        ]
        yield from _wrong_source(assigned, module)
        yield from _mixed_pair(assigned, module)
        yield from _wrong_limit(block, module)
        for statement in block:
            if isinstance(statement, (ast.If, ast.For, ast.While, ast.With, ast.Try)):
                blocks += [b for b in (statement.body, getattr(statement, "orelse", [])) if b]


def _finding(where: ast.AST, said: str, meant: str, module: Module) -> Finding:
    return module.finding(
        RULE,
        where,
        f"this repeats the line that it was copied from: {meant} was probably meant, not {said}",
        evidence={"said": said, "meant": meant},
    )


def _wrong_parameter(init: FunctionNode, module: Module) -> Iterator[Finding]:
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
            yield _finding(module.statement_of(value), value.id, name, module)


def _wrong_source(pairs: list[tuple[str, ast.expr]], module: Module) -> Iterator[Finding]:
    """Two entries with one source, where the names say that each should have its own."""
    first_of: dict[object, str] = {}
    known = {word for _, value in pairs for word in _identifiers(value)}
    for name, value in pairs:
        if isinstance(value, (ast.Constant, ast.Name)) or not _identifiers(value):
            continue
        mark = fingerprint(value)
        before = first_of.setdefault(mark, name)
        if before == name:
            continue
        change = _changed_word(before, name)
        if change is None:
            continue
        old, new = change
        for word in sorted(_identifiers(value)):
            meant = _with_word(word, old, new)
            if meant is not None and meant != word and (meant in known or _has_word(known, new)):
                yield _finding(
                    module.statement_of(value) if not _in_dict(value, module) else value,
                    word,
                    meant,
                    module,
                )
                break


def _has_word(known: set[str], word: str) -> bool:
    """Whether another entry draws on a source with the word, so that such sources exist."""
    return any(word in name.split("_")[:-1] for name in known)


def _in_dict(value: ast.expr, module: Module) -> bool:
    return isinstance(module.parent(value), ast.Dict)


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


def _mixed_pair(pairs: list[tuple[str, ast.expr]], module: Module) -> Iterator[Finding]:
    """``dy = b.y - a.x`` after ``dx = b.x - a.x``."""
    differences = [(n, v) for n, v in pairs if _attribute_pair(v) is not None]
    for (_, first), (_, second) in itertools.pairwise(differences):
        one, two = _attribute_pair(first), _attribute_pair(second)
        if one is None or two is None or one[0] != one[1] or two[0] == two[1]:
            continue
        owners = [ast.unparse(n.value) for v in (first, second) for n in _attributes(v)]
        if owners[:2] == owners[2:] and one[0] in two:
            meant = two[0] if two[1] == one[0] else two[1]
            yield _finding(module.statement_of(second), one[0], meant, module)


def _attributes(value: ast.expr) -> list[ast.Attribute]:
    sides = [value.left, value.right] if isinstance(value, ast.BinOp) else []
    return [s for s in sides if isinstance(s, ast.Attribute)]


def _attribute_pair(value: ast.expr) -> tuple[str, str] | None:
    found = _attributes(value)
    if len(found) != _FEWEST_ALIKE or ast.dump(found[0].value) == ast.dump(found[1].value):
        return None
    return found[0].attr, found[1].attr


def _wrong_limit(block: Sequence[ast.stmt], module: Module) -> Iterator[Finding]:
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
        yield _finding(odd[0][0], odd[0][1], odd[0][2], module)
