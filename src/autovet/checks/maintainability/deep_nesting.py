"""Blocks nested so deep that their conditions can no longer be kept in mind.

Finds functions in which six or more blocks (``if``, ``for``, ``while``, ``try``, ``with``,
``match``) stand inside one another. An ``elif`` adds no depth, and neither does an ``else``.

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
_TOO_DEEP = 6

BAD = (
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
                for line in stream:
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
        depth, deepest = _deepest(outermost)
        if depth >= _TOO_DEEP and deepest is not None:
            start, end = module.span(outermost), module.span(deepest)
            yield module.finding(
                RULE,
                Span(start.line, start.column, end.end_line, end.end_column),
                f"{depth} blocks are nested here (the innermost at line {end.line}): leave early or split",
                evidence={"depth": depth, "innermost_line": end.line},
            )


def _deepest(statement: ast.stmt) -> tuple[int, ast.stmt | None]:
    """The greatest number of blocks inside one another, and the innermost of them."""
    best: tuple[int, ast.stmt | None] = (0, None)
    stack: list[tuple[ast.stmt, int, bool]] = [(statement, 0, False)]
    while stack:
        current, depth, is_elif = stack.pop()
        if isinstance(current, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            continue
        if isinstance(current, _BLOCKS):
            depth += not is_elif
            if depth > best[0]:
                best = (depth, current)
        for name in ("body", "handlers", "cases", "orelse", "finalbody"):
            parts = getattr(current, name, ())
            chained = name == "orelse" and isinstance(current, ast.If) and len(parts) == 1
            for part in parts:
                inner = (
                    part.body if isinstance(part, (ast.ExceptHandler, ast.match_case)) else [part]
                )
                stack.extend((s, depth, chained and isinstance(s, ast.If)) for s in inner)
    return best
