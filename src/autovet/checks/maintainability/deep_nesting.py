"""Blocks nested so deep that their conditions can no longer be kept in mind.

Finds functions in which six or more blocks (``if``, ``for``, ``while``, ``try``, ``with``,
``match``) stand inside one another, or five conditions and loops of which two are loops. An
``elif`` adds no depth, and neither does an ``else``.

Whoever reads the innermost line must remember every condition and loop around it; tests need a
case for each combination.

Turn conditions around and ``continue`` or ``return`` early, merge nested conditions, and move the
inner loop into a function with a name.
"""

import ast
from collections.abc import Iterator

from autovet.domain.category import Category
from autovet.domain.finding import Finding
from autovet.domain.rule import Rule
from autovet.domain.span import Span
from autovet.source.module import Module

RULE = Rule("deep-nesting", Category.MAINTAINABILITY, confidence=0.9)

_BLOCKS = (
    ast.If,
    ast.For,
    ast.AsyncFor,
    ast.While,
    ast.Try,
    ast.TryStar,
    ast.With,
    ast.AsyncWith,
    ast.Match,
)
_LOOPS = (ast.For, ast.AsyncFor, ast.While)
_TOO_DEEP = 6
_TOO_DEEP_LOGIC = 5
_SEVERAL_LOOPS = 2

Nest = tuple[ast.stmt, ...]

BAD = (
    """
def late(customers):
    for customer in customers:  # <--
        if customer.active:
            for order in customer.orders:
                if order.open:
                    if order.due < 0:
                        yield order
""",
    """
def collect(shops):
    found = []
    for shop in shops:  # <--
        if shop.open:
            for order in shop.orders:
                if order.paid:
                    for line in order.lines:
                        if line.returned:
                            found.append(line)
    return found
""",
    """
def load(paths, log):
    with log:  # <--
        for path in paths:
            try:
                with path.open() as stream:
                    for line in stream:
                        if line:
                            if line != "end":
                                log.write(line)
            except OSError:
                log.write(path)
""",
)

GOOD = (
    """
def collect(shops):
    for shop in shops:
        if not shop.open:
            continue
        for order in shop.orders:
            if order.paid:
                yield from order.lines
            elif order.late:
                yield 1
            elif order.lost:
                if order.insured:
                    yield 2
                else:
                    yield 3
""",
    """
def load(paths):
    for path in paths:
        if path.suffix:
            with path.open() as stream:
                with stream:
                    if line:
                        def inner():
                            if line:
                                return 1
                            return 2
                        yield inner
""",
)


def check(node: ast.FunctionDef | ast.AsyncFunctionDef, module: Module) -> Iterator[Finding]:
    """Report each outermost block that holds too many, down to the last line too deep."""
    for outermost in node.body:
        nest = _deepest(outermost)
        if len(nest) >= _TOO_DEEP or _is_tangled(nest):
            start, end = module.span(outermost), module.span(nest[-1])
            yield module.finding(
                RULE,
                Span(start.line, start.column, end.end_line, end.end_column),
                f"{len(nest)} blocks are nested here (the innermost at line {end.line}): leave early or split",
                evidence={"depth": len(nest), "innermost_line": end.line},
            )


def _is_tangled(nest: Nest) -> bool:
    """Whether conditions and loops alone are as deep as a reader can bear."""
    loops = sum(isinstance(block, _LOOPS) for block in nest)
    logic = loops + sum(isinstance(block, (ast.If, ast.Match)) for block in nest)
    conditions = sum(isinstance(block, ast.If) for block in nest)
    return logic >= _TOO_DEEP_LOGIC and (loops >= _SEVERAL_LOOPS or conditions >= _TOO_DEEP_LOGIC)


def _deepest(statement: ast.stmt) -> Nest:
    """The longest row of blocks inside one another, outermost first."""
    best: Nest = ()
    stack: list[tuple[ast.stmt, Nest, bool]] = [(statement, (), False)]
    while stack:
        current, nest, is_elif = stack.pop()
        if isinstance(current, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            continue
        if isinstance(current, _BLOCKS):
            nest = (*nest[:-1], current) if is_elif else (*nest, current)
            if len(nest) > len(best):
                best = nest
        for name in ("body", "handlers", "cases", "orelse", "finalbody"):
            parts = getattr(current, name, ())
            chained = name == "orelse" and isinstance(current, ast.If) and len(parts) == 1
            for part in parts:
                inner = (
                    part.body if isinstance(part, (ast.ExceptHandler, ast.match_case)) else [part]
                )
                stack.extend((s, nest, chained and isinstance(s, ast.If)) for s in inner)
    return best
