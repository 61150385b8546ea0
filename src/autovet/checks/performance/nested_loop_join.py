"""Two collections are matched by comparing every item of one with every item of the other.

Finds loops over one collection that go through the whole of another one to find the items whose key
is equal (``for a in xs: for b in ys: if a.id == b.a_id``), also in ``next(...)``, ``any(...)`` and
comprehensions. Ten thousand orders and ten thousand customers make a hundred million
comparisons.

Build a dictionary of the second collection by its key before the loop
(``by_id = {b.a_id: b for b in ys}``) and look each item up.

Leave it when one of the two is short by its nature.
"""

import ast
from collections.abc import Iterator

from autovet.checks.vocabulary.expressions import names_in, path_of
from autovet.checks.vocabulary.repetition import bound_in, is_short, repetitions_of
from autovet.domain.category import Category
from autovet.domain.finding import Finding
from autovet.domain.rule import Rule
from autovet.source.module import Module

RULE = Rule("nested-loop-join", Category.PERFORMANCE, confidence=0.75)

BAD = (
    """
def with_keeper(animals, keepers):
    pairs = []
    for animal in animals:
        for keeper in keepers:  # <--
            if keeper.number == animal.keeper_number:
                pairs.append((animal, keeper))
    return pairs
""",
    """
def names(visits, tickets):
    return [
        next(t.name for t in tickets if t.number == visit["ticket"])  # <--
        for visit in visits
    ]
""",
    """
def distinct(rows):
    kept = []
    for row in rows:
        if not any(k["id"] == row["id"] for k in kept):  # <--
            kept.append(row)
    return kept
""",
)

GOOD = (
    """
def with_keeper(animals, keepers):
    by_number = {keeper.number: keeper for keeper in keepers}
    return [(animal, by_number[animal.keeper_number]) for animal in animals]
""",
    """
def cells(rows):
    for row in rows:
        for cell in row.cells:
            if cell.width == row.width:
                yield cell

def pairs(numbers, factors):
    for number in numbers:
        for factor in factors:
            if number % factor == 0:
                yield number, factor
""",
    """
UNITS = [("g", 1), ("kg", 1000)]

def grams(parcels):
    for parcel in parcels:
        for name, grams in UNITS:
            if name == parcel.unit:
                yield parcel.count * grams

def find(items, key):
    return next(item for item in items if item.key == key)
""",
)


def check(inner: ast.For | ast.GeneratorExp | ast.ListComp, module: Module) -> Iterator[Finding]:
    """Report the inner loop of a join."""
    if module.is_test:
        return
    generator = inner if isinstance(inner, ast.For) else inner.generators[0]
    if not isinstance(inner, ast.For) and len(inner.generators) != 1:
        return
    path = path_of(generator.iter)
    if not path or is_short(generator.iter):
        return
    around = [r for r in repetitions_of(inner, module) if r.is_long and r.iterable is not None]
    if not around:
        return
    outer = around[0]
    if path.partition(".")[0] in outer.targets or bound_in(path.partition(".")[0], outer, module):
        return
    mine = names_in(generator.target)
    test = _test(inner)
    if test is not None and _matches(test, mine, outer.targets):
        yield module.finding(
            RULE,
            inner,
            f"all of {path!r} is searched for every item of the loop in line "
            f"{getattr(outer.node, 'lineno', 0)}; build a dictionary by its key once",
            evidence={"searched": path, "outer_line": getattr(outer.node, "lineno", 0)},
        )


def _test(inner: ast.For | ast.GeneratorExp | ast.ListComp) -> ast.expr | None:
    """The condition that decides about an inner item, when the loop does nothing else."""
    if isinstance(inner, ast.For):
        only = inner.body[0]
        return only.test if isinstance(only, ast.If) and len(inner.body) == 1 and not only.orelse else None  # fmt: skip
    conditions = inner.generators[0].ifs
    if conditions:
        return conditions[0]
    return inner.elt


def _matches(test: ast.expr, inner: frozenset[str], outer: frozenset[str]) -> bool:
    """Whether the test asks for a key of the inner item to equal one of the outer item."""
    all_hold = isinstance(test, ast.BoolOp) and isinstance(test.op, ast.And)
    for part in test.values if isinstance(test, ast.BoolOp) and all_hold else [test]:
        if not isinstance(part, ast.Compare) or not isinstance(part.ops[0], ast.Eq):
            continue
        left, right = part.left, part.comparators[0]
        keys = all(isinstance(k, (ast.Name, ast.Attribute, ast.Subscript)) for k in (left, right))
        for one, other in ((left, right), (right, left)):
            if (
                keys
                and names_in(one) & inner
                and not names_in(one) & outer
                and names_in(other) & outer
                and not names_in(other) & inner
            ):
                return True
    return False
