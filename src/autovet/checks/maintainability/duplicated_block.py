"""The same statements twice in one module.

Finds runs of at least six lines and four statements that occur a second time, with other names
for their variables or not. The finding stands at the later copy and names the earlier one.

A copy has to be found and changed whenever the original is; the one that is forgotten is the next
bug, and nobody can tell an intended difference from an oversight.

Move the statements into a function and call it from both places. Declarations, imports, rows of
simple assignments and tests are left alone.
"""

import ast
from collections import defaultdict
from collections.abc import Iterator, Sequence

from autovet.checks.maintainability._code_lines import Compound, code_lines
from autovet.checks.syntax.own_nodes import own_statements
from autovet.domain.category import Category
from autovet.domain.finding import Finding
from autovet.domain.rule import Rule
from autovet.domain.severity import Severity
from autovet.domain.span import Span
from autovet.source.module import Module

RULE = Rule("duplicated-block", Category.MAINTAINABILITY, confidence=0.85)

_FEWEST_LINES = 6
_FEWEST_STATEMENTS = 6
_FEW_LINES = 9  # below it, a copy is worth a hint only
_MOST_COPIES = 5
_LONGEST = 120  # statements compared; a longer copy is reported in parts
_SKIPPED = frozenset({"ctx", "type_comment", "kind"})

BAD = (
    """
def import_customers(stream, store):
    rows = []
    for line in stream:
        parts = line.strip().split(";")
        if len(parts) != 3:
            continue
        rows.append([part.lower() for part in parts])
    rows.sort()
    store.customers = rows

def import_suppliers(source, store):
    entries = []  # <--
    for text in source:
        fields = text.strip().split(";")
        if len(fields) != 3:
            continue
        entries.append([field.lower() for field in fields])
    entries.sort()
    store.suppliers = entries
""",
    """
class Job:
    def start(self, path):
        lines = path.read_text().splitlines()
        self.total = len(lines)
        self.seen = {line for line in lines if line}
        if not self.seen:
            raise ValueError(path)
        self.log.info("read %s", path)
        return 1

    def restart(self, path):
        self.stop()
        lines = path.read_text().splitlines()  # <--
        self.total = len(lines)
        self.seen = {line for line in lines if line}
        if not self.seen:
            raise ValueError(path)
        self.log.info("read %s", path)
        return 2
""",
)

GOOD = (
    """
def one(a):
    x = 1
    y = 2
    z = 3
    u = 4
    v = 5
    w = 6
    return x

def two(a):
    x = 1
    y = 2
    z = 3
    u = 4
    v = 5
    w = 6
    return y
""",
    """
def import_customers(stream, store):
    rows = []
    for line in stream:
        parts = line.strip().split(";")
        if len(parts) != 3:
            continue
        rows.append(parts)
    return rows

def import_suppliers(stream, store):
    rows = []
    for line in stream:
        parts = line.strip().split(",")
        if len(parts) != 4:
            continue
        rows.append(parts)
    return rows
""",
)


def check(module: Module) -> Iterator[Finding]:
    """Find repeated runs among the blocks of all functions."""
    if module.is_test:
        return
    blocks = [b for f in module.functions for b in _blocks(f.body)]
    numbers: dict[object, int] = {}
    marks = [[numbers.setdefault(_shape(s), len(numbers)) for s in block] for block in blocks]
    starts: defaultdict[int, list[tuple[int, int]]] = defaultdict(list)
    covered: set[ast.stmt] = set()
    found = []
    for number, block in enumerate(blocks):
        for position, statement in enumerate(block):
            earlier = starts[marks[number][position]]
            candidates = earlier[:_MOST_COPIES]
            earlier.append((number, position))
            if statement in covered:
                continue
            best: tuple[int, Sequence[ast.stmt]] = (0, ())
            for other, at in candidates:
                first_marks = marks[other][at : at + _LONGEST]
                length = _common(first_marks, marks[number][position : position + _LONGEST])
                if other == number:
                    length = min(length, position - at)
                if length <= best[0] or not _has_blocks(block[position : position + length]):
                    continue
                length = _same_names(
                    blocks[other][at : at + length], block[position : position + length]
                )
                if length > best[0]:
                    best = (length, blocks[other][at : at + length])
            length, first = best
            copy = block[position : position + length]
            if not _is_worth_it(copy):
                continue
            covered.update(own_statements(copy))
            start, end = module.span(copy[0]), module.span(copy[-1])
            origin = next(statement.lineno for statement in first)
            found.append(
                module.finding(
                    RULE,
                    Span(start.line, start.column, end.end_line, end.end_column),
                    f"These {code_lines(copy)} lines repeat those at line {origin}: move them into a function",
                    evidence={"first_at": origin, "statements": length},
                    severity=Severity.INFO if code_lines(copy) < _FEW_LINES else None,
                )
            )
    yield from sorted(found, key=lambda finding: finding.span)


def _blocks(body: list[ast.stmt]) -> Iterator[list[ast.stmt]]:
    """The block itself and the blocks inside it, outermost first; inner functions stand alone."""
    stack = [body]
    while stack:
        block = stack.pop()
        yield block
        for statement in block:
            if isinstance(statement, Compound):
                inner = (getattr(statement, name, None) for name in ("body", "orelse", "finalbody"))
                stack.extend(block for block in inner if block)


def _shape(statement: ast.stmt) -> object:
    """Everything about a statement but the names of its variables."""
    if isinstance(
        statement, (ast.Import, ast.ImportFrom, ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    ):
        return id(statement)
    parts: list[object] = []
    stack: list[object] = [statement]
    while stack:
        node = stack.pop()
        if isinstance(node, ast.Name):
            parts.append("name")
            continue
        if not isinstance(node, ast.AST):
            parts.append((type(node).__name__, node))
            continue
        parts.append(type(node).__name__)
        for field in node._fields:
            if field not in _SKIPPED:
                value = getattr(node, field, None)
                if isinstance(value, list):
                    parts.append(len(value))
                    stack.extend(value)
                else:
                    stack.append(value)
    return tuple(parts)


def _common(first: Sequence[int], second: Sequence[int]) -> int:
    count = 0
    for a, b in zip(first, second, strict=False):
        if a != b:
            break
        count += 1
    return count


def _same_names(first: Sequence[ast.stmt], second: Sequence[ast.stmt]) -> int:
    """How many statements agree when each variable of the one stands for one of the other."""
    there: dict[str, str] = {}
    back: dict[str, str] = {}
    for count, (a, b) in enumerate(zip(first, second, strict=True)):
        for x, y in zip(_names(a), _names(b), strict=True):
            if there.setdefault(x, y) != y or back.setdefault(y, x) != x:
                return count
    return len(first)


def _names(statement: ast.stmt) -> list[str]:
    return [n.id for n in ast.walk(statement) if isinstance(n, ast.Name)]


def _is_worth_it(copy: Sequence[ast.stmt]) -> bool:
    """Long enough, and with work in it: not a row of plain assignments, options or checks."""
    if not copy or code_lines(copy) < _FEWEST_LINES:
        return False
    return len(list(own_statements(copy))) >= _FEWEST_STATEMENTS and _has_blocks(copy)


def _has_blocks(copy: Sequence[ast.stmt]) -> bool:
    return any(isinstance(s, Compound) for s in copy)
