"""Where statements stand: blocks, whole lines and indentation."""

import ast
from collections.abc import Iterator, Sequence

from autovet.engines.healing.small_edits.ground import Ground

_FIELDS = ("body", "orelse", "finalbody")


def blocks(ground: Ground) -> Iterator[Sequence[ast.stmt]]:
    """The blocks of a function, outermost first."""
    yield ground.body
    for statement in ground.statements:
        for field in _FIELDS:
            block = getattr(statement, field, None)
            if block and not (field == "orelse" and is_elif(ground, statement)):
                yield block


def is_elif(ground: Ground, statement: ast.stmt) -> bool:
    """Whether an ``if`` goes on with ``elif``."""
    if not isinstance(statement, ast.If) or len(statement.orelse) != 1:
        return False
    start = ground.region(statement.orelse[0])[0]
    return ground.text[start : start + 4] == "elif"


def whole_lines(ground: Ground, statement: ast.stmt) -> tuple[int, int] | None:
    """The whole lines of a statement; None where it shares them with something else."""
    start, end = ground.region(statement)
    first = ground.text.rfind("\n", 0, start) + 1
    last = ground.text.find("\n", end)
    last = len(ground.text) if last < 0 else last + 1
    tail = ground.text[end:last].strip()
    if ground.text[first:start].strip() or (tail and not tail.startswith("#")):
        return None
    return first, last


def indent_of(ground: Ground, statement: ast.stmt) -> str:
    """The white space before a statement."""
    start = ground.region(statement)[0]
    return ground.text[ground.text.rfind("\n", 0, start) + 1 : start]


def reindented(text: str, old: str, new: str) -> str:
    """Lines with another indentation."""
    return "".join(
        new + line.removeprefix(old) if line.strip() else line
        for line in text.splitlines(keepends=True)
    )
