"""The same statements twice in one module.

Finds runs of at least six lines and four statements that occur a second time, with other names
for their variables or not; functions that differ in a few constants only; and a few statements that
follow each other three times. The finding stands at the later copy and names the earlier one.

A copy has to be found and changed whenever the original is; the one that is forgotten is the next
bug, and nobody can tell an intended difference from an oversight.

Move the statements into a function and call it from both places. Declarations, imports, rows of
simple assignments and tests are left alone.
"""

import ast
from collections import defaultdict
from collections.abc import Iterator, Sequence

from autovet.checks.maintainability._code_lines import Compound, body_without_docstring, code_lines
from autovet.checks.syntax.own_nodes import own_statements
from autovet.domain.category import Category
from autovet.domain.finding import Finding
from autovet.domain.rule import Rule
from autovet.domain.severity import Severity
from autovet.domain.span import Span
from autovet.source.module import Module
from autovet.source.scopes import FunctionNode

RULE = Rule("duplicated-block", Category.MAINTAINABILITY, confidence=0.85)

_FEWEST_LINES = 6
_FEWEST_STATEMENTS = 6
_FEW_LINES = 9  # below it, a copy is worth a hint only
_MOST_COPIES = 5
_TWIN_LINES, _MOST_CONSTANTS = 9, 4  # of functions that differ in constants alone
_ROUNDS, _ROUND_LINES, _LONGEST_ROUND = 3, 5, 6  # of a pattern that follows itself
_LONGEST = 120  # statements compared; a longer copy is reported in parts
_SKIPPED = frozenset({"ctx", "type_comment", "kind"})

BAD = (
    """
class Signs:
    def entrance(self, zoo):
        name = zoo.name.strip()
        sign = self.maker.sign("entrance")
        sign.title = name
        sign.text = "Welcome"
        sign.size = 40
        if zoo.closed:
            sign.text = name
        sign.frame()
        self.count += 1
        return sign

    def way_out(self, zoo):  # <--
        name = zoo.name.strip()
        sign = self.maker.sign("exit")
        sign.title = name
        sign.text = "Goodbye"
        sign.size = 40
        if zoo.closed:
            sign.text = name
        sign.frame()
        self.count += 1
        return sign
""",
    """
def check(form, problems):
    name = form.get("name")  # <--
    if name is None:
        problems.append("no name")
    elif len(name) > 40:
        problems.append("long name")
    cage = form.get("cage")
    if cage is None:
        problems.append("no cage")
    elif len(cage) > 10:
        problems.append("long cage")
    food = form.get("food")
    if food is None:
        problems.append("no food")
    elif len(food) > 20:
        problems.append("long food")
""",
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
    if all(f.severity is Severity.INFO for f in found):
        twins = list(_twins(module))
        inside = [(t.span.line, t.span.end_line) for t in twins]
        found = [f for f in found if not any(a <= f.span.line <= b for a, b in inside)] + twins
    if not found:
        found += [f for block in blocks if (f := _row(block, module)) is not None]
    yield from sorted(found, key=lambda finding: finding.span)


def _twins(module: Module) -> Iterator[Finding]:
    """Functions that are the same but for the names of their variables and a few constants."""
    seen: dict[object, FunctionNode] = {}
    alike: defaultdict[object, list[FunctionNode]] = defaultdict(list)
    for function in module.functions:
        if (function.end_lineno or 0) - function.lineno >= _TWIN_LINES:
            alike[tuple(type(s) for s in body_without_docstring(function))].append(function)
    candidates = [f for functions in alike.values() if len(functions) > 1 for f in functions]
    for function in candidates:
        body = body_without_docstring(function)
        if code_lines(body) < _TWIN_LINES or not _has_blocks(body):
            continue
        if len(list(own_statements(body))) < _TWIN_LINES:
            continue
        first = seen.setdefault(tuple(_shape(s, constants=False) for s in body), function)
        if first is function:
            continue
        other = body_without_docstring(first)
        if (
            len(other) != _same_names(other, body)
            or _other_constants(other, body) > _MOST_CONSTANTS
        ):
            continue
        yield module.finding(
            RULE,
            function,
            f"{_full(function, module)}() is {_full(first, module)}() with other constants: make one function of them that takes those",
            evidence={"first_at": first.lineno, "statements": len(body)},
        )


def _full(function: FunctionNode, module: Module) -> str:
    owner = module.parent(function)
    return f"{owner.name}.{function.name}" if isinstance(owner, ast.ClassDef) else function.name


def _other_constants(first: Sequence[ast.stmt], second: Sequence[ast.stmt]) -> int:
    pairs = zip(_constants(first), _constants(second), strict=False)
    return sum(a != b for a, b in pairs)


def _constants(block: Sequence[ast.stmt]) -> list[object]:
    return [n.value for s in block for n in ast.walk(s) if isinstance(n, ast.Constant)]


def _row(block: list[ast.stmt], module: Module) -> Finding | None:
    """A few statements that follow each other three times or more, with other names and constants."""
    if sum(isinstance(s, Compound) for s in block) < _ROUNDS:
        return None
    marks = [_shape(s, constants=False) for s in block]
    for period in range(1, min(_LONGEST_ROUND, len(block) // _ROUNDS) + 1):
        for start in range(len(block) - period * _ROUNDS + 1):
            rounds = 1
            while (
                marks[start + rounds * period : start + (rounds + 1) * period]
                == marks[start : start + period]
            ):
                rounds += 1
            first = block[start : start + period]
            if period > 1 and len(set(marks[start : start + period])) == 1:
                continue  # rounds of rounds: a row of small options
            if rounds < _ROUNDS or not _has_blocks(first) or code_lines(first) < _ROUND_LINES:
                continue
            copies = block[start : start + rounds * period]
            begin, end = module.span(copies[0]), module.span(copies[-1])
            return module.finding(
                RULE,
                Span(begin.line, begin.column, end.end_line, end.end_column),
                f"These {code_lines(first)} lines follow each other {rounds} times with other names and values: "
                "make them one loop or function",
                evidence={"first_at": copies[0].lineno, "rounds": rounds},
            )
    return None


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


def _shape(statement: ast.stmt, *, constants: bool = True) -> object:
    """Everything about a statement but the names of its variables, and its constants where so wanted."""
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
        if not constants and isinstance(node, (ast.Constant, ast.JoinedStr)):
            parts.append("text" if isinstance(node, ast.JoinedStr) else type(node.value).__name__)
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
