"""A membership test on a list that grows with every round makes the loop quadratic.

Finds ``x in seen`` inside a loop that also appends to ``seen``, and tests on a list that was
built from data before the loop over other data. ``in`` compares with one item after the other, so
n rounds cost n * n / 2 comparisons: 100,000 rows take minutes instead of milliseconds.

Keep a ``set`` (or a ``dict`` where the order matters as well) beside or instead of the list.

Leave it when the items cannot be hashed or the list stays short by its nature.
"""

import ast
from collections.abc import Iterator

from autovet.checks.syntax.as_set import as_set
from autovet.checks.vocabulary.expressions import names_in, path_of
from autovet.checks.vocabulary.growing_lists import grows_in, is_capped, is_list
from autovet.checks.vocabulary.repetition import bound_in, repetitions_of
from autovet.domain.category import Category
from autovet.domain.finding import Finding
from autovet.domain.rule import Rule
from autovet.source.module import Module

RULE = Rule("membership-in-growing-list", Category.PERFORMANCE, confidence=0.85)

BAD = (
    """
def distinct_hosts(records):
    hosts = []
    for record in records:
        host = record.url.split("/")[2]
        if host not in hosts:  # <--
            hosts.append(host)
    return hosts
""",
    """
def new_members(applicants, members):
    known = [member.email for member in members]
    return [a for a in applicants if a.email not in known]  # <--
""",
    """
class Crawler:
    def __init__(self):
        self.visited: list[str] = []

    def crawl(self, links):
        for link in links:
            if link in self.visited:  # <--
                continue
            self.visited.append(link)
""",
)

GOOD = (
    """
def distinct_hosts(records):
    hosts = set()
    for record in records:
        if record.host not in hosts:
            hosts.add(record.host)
    return hosts
""",
    """
COLUMNS = ("id", "name")

def missing(header: list[str]) -> list[str]:
    return [column for column in COLUMNS if column not in header]

def sizes(rows):
    found = []
    for row in rows:
        kinds = []
        for cell in row[:5]:
            kinds.append(cell.kind)
        found.append("wide" in kinds)
    return found
""",
    """
def newest(events):
    recent = []
    for event in events:
        if event in recent:
            continue
        recent.append(event)
        if len(recent) == 10:
            break
    return recent
""",
    """
def options(words):
    allowed = "red green blue".split()
    return [word for word in words if word in allowed]
""",
)

_READERS = frozenset({"readlines", "fetchall", "splitlines", "to_list", "tolist"})


def check(compare: ast.Compare, module: Module) -> Iterator[Finding]:
    """Report membership tests against lists that are long by construction."""
    if not isinstance(compare.ops[0], (ast.In, ast.NotIn)) or module.is_test:
        return
    searched = compare.comparators[0]
    path = path_of(searched)
    if not path or isinstance(compare.left, ast.Constant):
        return
    repetitions = repetitions_of(compare, module)
    if not repetitions or not any(r.is_long for r in repetitions) or not is_list(searched, module):
        return
    for repetition in repetitions:
        if not repetition.is_long or is_capped(path, repetition, module):
            continue
        if grows_in(path, repetition, module):
            yield module.finding(
                RULE,
                compare,
                f"{path!r} grows in this loop and every test searches all of it: the work is "
                "quadratic; keep a set for the test",
                evidence={"list": path, "loop_line": getattr(repetition.node, "lineno", 0)},
                fix=as_set(searched, module),
            )
            return
    outer = repetitions[-1]
    if (
        isinstance(searched, ast.Name)
        and _built_from_data(module.assigned(searched))
        and not any(bound_in(path, r, module) for r in repetitions)
        and any(r.is_long and r.targets & names_in(compare.left) for r in repetitions)
    ):
        yield module.finding(
            RULE,
            compare,
            f"every round searches the whole list {path!r}; build a set of it once before the loop",
            evidence={"list": path, "loop_line": getattr(outer.node, "lineno", 0)},
            confidence=0.75,
        )


def _built_from_data(value: ast.expr | None) -> bool:
    """Whether a list is as long as the data it was made of."""
    if isinstance(value, ast.ListComp):
        generator = value.generators[0]
        sliced = isinstance(generator.iter, ast.Subscript)
        return not sliced and not isinstance(generator.iter, (ast.Tuple, ast.List, ast.Constant))
    if isinstance(value, ast.Call) and isinstance(value.func, ast.Attribute):
        return value.func.attr in _READERS
    return False
