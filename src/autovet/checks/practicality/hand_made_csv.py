"""Rows of a table written by hand with commas between the cells.

Finds ``write`` calls (and lists of lines) that join cells with commas or semicolons and end the line
themselves.

A comma, a quote or a line break in a cell shifts every column behind it; whoever reads the file, a
spreadsheet above all, shows the wrong table without complaint.

Use ``csv.writer`` or ``csv.DictWriter``. Lines of numbers alone, and texts for people, are left alone.
"""

import ast
from collections.abc import Iterator

from autovet.domain.category import Category
from autovet.domain.finding import Finding
from autovet.domain.rule import Rule
from autovet.source.module import Module

RULE = Rule("hand-made-csv", Category.PRACTICALITY, confidence=0.84)

_FEWEST_CELLS = 2
_SEPARATORS = frozenset({",", ";", "\t"})

BAD = (
    """
def export(parcels, path):
    with open(path, "w") as file:
        for parcel in parcels:
            file.write(",".join([parcel.number, parcel.address]) + "\\n")  # <--
""",
    """
def export(parcels, file):
    for parcel in parcels:
        file.write(f"{parcel.number};{parcel.address};{parcel.grams}\\n")  # <--

def text(rows):
    return "\\n".join(",".join(row) for row in rows)  # <--
""",
)

GOOD = (
    """
import csv

def export(parcels, file):
    writer = csv.writer(file)
    writer.writerows([parcel.number, parcel.address] for parcel in parcels)
""",
    """
def show(parcels, file):
    names = ", ".join(parcel.name for parcel in parcels)
    file.write(f"{names}, and that is all\\n")
    for parcel in parcels:
        file.write(f"{parcel.height:.2f},{parcel.width:.2f},{parcel.depth:.2f}\\n")
    file.write(",".join(names))
""",
)


def check(call: ast.Call, module: Module) -> Iterator[Finding]:
    """Report where a row is written, or the rows are joined."""
    if not isinstance(call.func, ast.Attribute) or len(call.args) != 1 or module.is_test:
        return
    if call.func.attr == "write":
        if module.loop_of(call) is None or not _is_row(call.args[0]):
            return
    elif call.func.attr != "join" or not _joins_rows(call):
        return
    yield module.finding(
        RULE,
        call,
        "this puts a table together by hand, and a comma or quote in a cell breaks it: use the csv module",
    )


def _is_row(value: ast.expr) -> bool:
    match value:
        case ast.BinOp(op=ast.Add(), left=joined, right=ast.Constant(value="\n" | "\r\n")):
            return _joins_cells(joined)
        case ast.JoinedStr(values=[*cells, ast.Constant(value="\n" | "\r\n")]):
            return _alternate(cells)
        case ast.JoinedStr(values=[ast.FormattedValue(value=joined), ast.Constant(value="\n")]):
            return _joins_cells(joined)
    return False


def _joins_cells(value: ast.expr, separators: frozenset[str] = _SEPARATORS) -> bool:
    match value:
        case ast.Call(
            func=ast.Attribute(attr="join", value=ast.Constant(value=str() as separator)),
            args=[cells],
        ):
            numbers = (
                isinstance(cells, (ast.GeneratorExp, ast.ListComp))
                and isinstance(cells.elt, ast.JoinedStr)
                and any(
                    isinstance(v, ast.FormattedValue) and v.format_spec for v in cells.elt.values
                )
            )
            return separator in separators and not numbers
    return False


def _alternate(cells: list[ast.expr]) -> bool:
    """Values with one and the same separator between them, at least one of them without a format."""
    values, between = cells[::2], cells[1::2]
    if (
        len(values) <= _FEWEST_CELLS - 1
        or len(between) != len(values) - 1
        or len(between) < _FEWEST_CELLS
    ):
        return False
    marks = {b.value for b in between if isinstance(b, ast.Constant)}
    return (
        all(isinstance(v, ast.FormattedValue) for v in values)
        and len(marks) == 1
        and marks <= _SEPARATORS
        and any(isinstance(v, ast.FormattedValue) and v.format_spec is None for v in values)
    )


def _joins_rows(call: ast.Call) -> bool:
    """Lines joined from rows that are joined themselves."""
    match call:
        case ast.Call(
            func=ast.Attribute(value=ast.Constant(value="\n" | "\r\n")),
            args=[ast.GeneratorExp(elt=row) | ast.ListComp(elt=row)],
        ):
            return _joins_cells(row, frozenset({",", ";"}))
    return False
