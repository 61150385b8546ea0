"""A well-known text format taken apart by hand.

Finds dates cut out of ISO text by position (``int(text[0:4])``, ``int(text[5:7])``) or split into
their numbers, and rows of a
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
from datetime import date

def day(text):  # <--
    parts = text.split("-")
    year, month, number = int(parts[0]), int(parts[1]), int(parts[2])
    return date(year, month, number)

def other(text):  # <--
    return date(*map(int, text.split("/")))
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

def sizes(path):
    found = {}
    for line in path.read_text().split("\\n"):
        cells = line.split(";")  # <--
        found[cells[0]] = int(cells[2])
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
        and sum(_is_cut_number(a, module) for a in call.args) >= _PARTS_OF_A_DATE
    ):
        if module.qualified(call.func) in _DATES:
            yield module.finding(
                RULE,
                call,
                "This cuts a date out of text by position: fromisoformat or strptime checks it too",
            )
        return
    if (
        call.args
        and isinstance(call.func, (ast.Name, ast.Attribute))
        and module.qualified(call.func) in _DATES
        and _made_of_parts(call, module)
    ):
        yield module.finding(
            RULE,
            module.function_of(call) or call,
            "This splits a date by hand: fromisoformat or strptime checks it too",
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


def _is_cut_number(node: ast.expr, module: Module) -> bool:
    """``int(text[a:b])``, or ``int(day)`` where ``day`` came out of ``text.split("-")``."""
    if not (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == "int"
        and node.args
    ):
        return False
    cut = node.args[0]
    if isinstance(cut, ast.Subscript):
        return isinstance(cut.slice, (ast.Slice, ast.Constant))
    return isinstance(cut, ast.Name) and _came_from_a_split(cut, module)


def _made_of_parts(call: ast.Call, module: Module) -> bool:
    """``date(*map(int, text.split("-")))``, or ``date(y, m, d)`` of names that came about so."""
    if len(call.args) == 1 and isinstance(call.args[0], ast.Starred):
        return _is_split_into_numbers(call.args[0].value, module)
    names = [a for a in call.args if isinstance(a, ast.Name)]
    if len(names) < _PARTS_OF_A_DATE or len(names) != len(call.args):
        return False
    values = [_unpacked(name, module) for name in names]
    if any(v is None for v in values):
        return False
    return all(_is_split_into_numbers(v, module) or _is_cut_number(v, module) for v in values if v)


def _unpacked(name: ast.Name, module: Module) -> ast.expr | None:
    """The value, or the part of one, that a name was once unpacked from."""
    plain = module.assigned(name)
    if plain is not None:
        return plain
    scope = module.scopes.of(name).lookup(name.id)
    bindings = scope.bindings[name.id] if scope else []
    target = module.parent(bindings[0]) if len(bindings) == 1 else None
    statement = module.parent(target) if isinstance(target, ast.Tuple) else None
    if not isinstance(statement, ast.Assign) or not isinstance(target, ast.Tuple):
        return None
    value = statement.value
    if isinstance(value, ast.Tuple) and len(value.elts) == len(target.elts):
        return value.elts[[e is bindings[0] for e in target.elts].index(True)]
    return value


def _is_split_into_numbers(value: ast.expr, module: Module) -> bool:
    """``map(int, text.split("-"))`` or a comprehension that does it."""
    match value:
        case ast.Call(func=ast.Name(id="map"), args=[ast.Name(id="int"), parts]):
            pass
        case (
            ast.GeneratorExp(elt=ast.Call(func=ast.Name(id="int")), generators=[generator])
            | ast.ListComp(elt=ast.Call(func=ast.Name(id="int")), generators=[generator])
        ):
            parts = generator.iter
        case _:
            return False
    parts = module.assigned(parts) or parts
    match parts:
        case ast.Call(func=ast.Attribute(attr="split"), args=[ast.Constant(value="-" | "/" | ".")]):
            return True
    return False


def _came_from_a_split(name: ast.Name, module: Module) -> bool:
    scope = module.scopes.of(name).lookup(name.id)
    bindings = scope.bindings[name.id] if scope else []
    tuple_ = module.parent(bindings[0]) if len(bindings) == 1 else None
    statement = module.parent(tuple_) if isinstance(tuple_, ast.Tuple) else None
    value = statement.value if isinstance(statement, ast.Assign) else None
    return (
        isinstance(value, ast.Call)
        and isinstance(value.func, ast.Attribute)
        and value.func.attr == "split"
        and bool(value.args)
        and isinstance(value.args[0], ast.Constant)
        and value.args[0].value in {"-", "/", ".", ":"}
    )


def _splits_at_comma(node: ast.AST) -> bool:
    if not (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == "split"
        and node.args
    ):
        return False
    separator = node.args[0]
    cells = isinstance(separator, ast.Constant) and separator.value in {",", ";"}
    return len(node.args) == 1 and cells


def _reads_lines(nodes: list[ast.AST]) -> bool:
    """Whether the function reads a file by lines."""
    for node in nodes:
        if isinstance(node, ast.Attribute) and node.attr in {"readline", "readlines", "splitlines"}:
            return True
        if isinstance(node, ast.Call) and getattr(
            node.func, "attr", getattr(node.func, "id", "")
        ) in {"open", "read_text"}:
            return True
    return False


def _is_row(split: ast.AST, module: Module) -> bool:
    """Whether the parts become the cells of a row: unpacked, or joined with names."""
    parent = module.parent(split)
    if isinstance(parent, ast.Assign):
        target = parent.targets[0]
        return isinstance(target, ast.Tuple) or (
            isinstance(target, ast.Name)
            and (_is_zipped(target, module) or _is_taken_apart(target, module))
        )
    return (
        isinstance(parent, ast.Call)
        and isinstance(parent.func, ast.Name)
        and parent.func.id in {"zip", "dict"}
    )


def _is_taken_apart(target: ast.Name, module: Module) -> bool:
    """Whether the parts of a line are cells: taken by several positions, in the loop over the lines."""
    loop = module.loop_of(target)
    if loop is None:
        return False
    taken = {
        ast.dump(n.slice)
        for n in ast.walk(loop)
        if isinstance(n, ast.Subscript)
        and isinstance(n.value, ast.Name)
        and n.value.id == target.id
        and not isinstance(n.slice, ast.Slice)
    }
    return len(taken) > 1


def _is_zipped(target: ast.Name, module: Module) -> bool:
    """Whether the parts are put beside names later."""
    function = module.function_of(target)
    return function is not None and any(
        isinstance(n, ast.Call)
        and isinstance(n.func, ast.Name)
        and n.func.id == "zip"
        and any(isinstance(a, ast.Name) and a.id == target.id for a in n.args)
        for n in ast.walk(function)
    )
