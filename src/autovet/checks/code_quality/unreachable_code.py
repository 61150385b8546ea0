"""Statements after a return, raise, break or continue, which nothing ever runs.

Finds code that follows a statement through which control never passes: a jump, an ``if`` whose
branches all jump, an endless loop without ``break``, or ``sys.exit()``.

Dead statements look like work that is done. Usually the jump came too early, or stands one level
of indentation too far to the left, and the clean-up or the result after it is silently missing.

Move the statements before the jump, or delete them. A ``yield`` after ``return``, which makes an
empty generator, is left alone.
"""

import ast
from collections.abc import Iterator

from autovet.checks.syntax.flow import leaves
from autovet.domain.category import Category
from autovet.domain.finding import Finding
from autovet.domain.rule import Rule
from autovet.domain.span import Span
from autovet.source.module import Module

RULE = Rule("unreachable-code", Category.CODE_QUALITY, confidence=0.97, cwe=561)

_EXITS = frozenset({"sys.exit", "os._exit", "os.abort", "builtins.exit", "builtins.quit"})

BAD = (
    """
def take(queue):
    for job in queue:
        if job.done:
            continue
            job.close()  # <--
        return job
    return None
""",
    """
import sys

def main(path):
    if path:
        return 0
    else:
        sys.exit(2)
    print("nothing to do")  # <--
    return 1
""",
)

GOOD = (
    """
def nothing():
    return
    yield

def first(items):
    while True:
        if items:
            break
    return items[0]
""",
    """
from contextlib import suppress

def read(path):
    with suppress(OSError):
        raise OSError(path)
    with suppress(AttributeError):
        return path.text
    try:
        return path.read_text()
    except OSError:
        pass
    return ""
""",
)


def check(module: Module) -> Iterator[Finding]:
    """Report the first dead statement of each block, up to the end of the block."""
    found: list[Finding] = []
    for node in module.nodes(ast.stmt, ast.ExceptHandler, ast.match_case, ast.Module):
        for name in ("body", "orelse", "finalbody"):
            block = getattr(node, name, None)
            if isinstance(block, list) and len(block) > 1:
                found += _dead(block, module)
    yield from sorted(found, key=lambda finding: finding.span)


def _dead(block: list[ast.stmt], module: Module) -> Iterator[Finding]:
    for position, statement in enumerate(block[:-1]):
        if not _ends(statement, module):
            continue
        rest = block[position + 1 :]
        if all(_harmless(s) for s in rest):
            return
        first, last = module.span(rest[0]), module.span(rest[-1])
        jump = module.span(statement).line
        yield module.finding(
            RULE,
            Span(first.line, first.column, last.end_line, last.end_column),
            f"This code is never reached: control always leaves at line {jump}",
            evidence={"leaves_at": jump, "statements": len(rest)},
        )
        return


def _ends(statement: ast.stmt, module: Module) -> bool:
    if leaves([statement]):
        return True
    if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Call):
        return module.qualified(statement.value.func) in _EXITS
    if isinstance(statement, ast.If) and statement.orelse:
        return all(
            any(_ends(s, module) for s in part) for part in (statement.body, statement.orelse)
        )
    return False


def _harmless(statement: ast.stmt) -> bool:
    """A ``yield`` that makes a generator, a constant, ``pass``, an assertion that it is dead."""
    if isinstance(statement, ast.Expr):
        return isinstance(statement.value, (ast.Yield, ast.YieldFrom, ast.Constant))
    if isinstance(statement, ast.Raise):
        return True
    if isinstance(statement, ast.Assert):
        return isinstance(statement.test, ast.Constant)
    return isinstance(statement, (ast.Pass, ast.Break))
