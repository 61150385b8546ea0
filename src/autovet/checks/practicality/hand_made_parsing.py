"""A well-known text format taken apart by hand.

Finds dates cut out of ISO text by position (``int(text[0:4])``, ``int(text[5:7])``), and rows of a
CSV file split at commas and put into dictionaries or lists.

Position-cutting accepts nonsense and fails late; splitting at commas breaks on the first quoted
field, an empty file or a line break inside a cell.

Use ``date.fromisoformat`` or ``datetime.strptime``, and the ``csv`` module. Formats of your own
that merely contain commas are left alone.
"""

import ast
from collections.abc import Iterator

from autovet.checks.syntax.own_nodes import own_nodes
from autovet.domain.category import Category
from autovet.domain.finding import Finding
from autovet.domain.rule import Rule
from autovet.domain.span import Span
from autovet.source.module import Module

RULE = Rule("hand-made-parsing", Category.PRACTICALITY, confidence=0.87)

_DATES = frozenset({"datetime.date", "datetime.datetime", "date", "datetime"})
_PARTS_OF_A_DATE = 3

BAD = (
    """
from datetime import date

def day(text):
    return date(int(text[:4]), int(text[5:7]), int(text[8:10]))  # <--
""",
    """
def table(path):
    with open(path) as stream:
        names = stream.readline().strip().split(",")  # <--
        return [dict(zip(names, line.strip().split(","))) for line in stream]
""",
    """
def prices(path):
    found = {}
    for line in path.read_text().splitlines()[1:]:
        sku, price = line.split(",")  # <--
        found[sku] = price
    return found
""",
)

GOOD = (
    """
import csv
from datetime import date

def day(text, year):
    return date.fromisoformat(text) or date(int(year), 1, 31)

def table(path):
    with open(path, newline="") as stream:
        return list(csv.DictReader(stream))
""",
    """
def tags(text):
    return [tag.strip() for tag in text.split(",")]

def points(path):
    with open(path) as stream:
        for line in stream:
            yield line.split(";")
            first = line.split(",")[0]
            yield first
""",
)


def check(call: ast.Call, module: Module) -> Iterator[Finding]:
    """Report dates where they are made, and the first split of a function that reads a table."""
    if (
        len(call.args) >= _PARTS_OF_A_DATE
        and sum(map(_is_cut_number, call.args)) >= _PARTS_OF_A_DATE
    ):
        if module.qualified(call.func) in _DATES:
            yield module.finding(
                RULE,
                call,
                "This cuts a date out of text by position: fromisoformat or strptime checks it too",
            )
        return
    function = module.function_of(call) if _splits_at_comma(call) else None
    if function is None:
        return
    nodes = list(own_nodes(function.body))
    splits = [n for n in nodes if _splits_at_comma(n)]
    if (
        splits[:1] != [call]
        or not _reads_lines(nodes)
        or not any(_is_row(s, module) for s in splits)
    ):
        return
    first, last = module.span(splits[0]), module.span(splits[-1])
    yield module.finding(
        RULE,
        Span(first.line, first.column, last.end_line, last.end_column),
        "Splitting rows at commas breaks on the first quoted field: use the csv module",
        evidence={"splits": len(splits)},
    )


def _is_cut_number(node: ast.expr) -> bool:
    """``int(text[a:b])``."""
    if not (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == "int"
        and node.args
    ):
        return False
    cut = node.args[0]
    return isinstance(cut, ast.Subscript) and isinstance(cut.slice, ast.Slice)


def _splits_at_comma(node: ast.AST) -> bool:
    if not (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == "split"
        and node.args
    ):
        return False
    separator = node.args[0]
    return len(node.args) == 1 and isinstance(separator, ast.Constant) and separator.value == ","


def _reads_lines(nodes: list[ast.AST]) -> bool:
    """Whether the function reads a file by lines."""
    for node in nodes:
        if isinstance(node, ast.Attribute) and node.attr in {"readline", "readlines", "splitlines"}:
            return True
        if (
            isinstance(node, ast.Call)
            and getattr(node.func, "attr", getattr(node.func, "id", "")) == "open"
        ):
            return True
    return False


def _is_row(split: ast.AST, module: Module) -> bool:
    """Whether the parts become the cells of a row: unpacked, or joined with names."""
    parent = module.parent(split)
    if isinstance(parent, ast.Assign):
        return isinstance(parent.targets[0], ast.Tuple)
    return (
        isinstance(parent, ast.Call)
        and isinstance(parent.func, ast.Name)
        and parent.func.id in {"zip", "dict"}
    )
