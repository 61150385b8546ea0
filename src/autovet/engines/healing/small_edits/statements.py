"""Statements that are missing, too many, or in the wrong place."""

import ast
from collections.abc import Iterator, Sequence

from autovet.engines.healing.small_edits.change import Change
from autovet.engines.healing.small_edits.ground import Ground
from autovet.engines.healing.small_edits.insertions import SIMPLE, empty_guards, new_statements
from autovet.engines.healing.small_edits.layout import blocks, indent_of, reindented, whole_lines

_LONGEST = 480


def statement_changes(ground: Ground) -> Iterator[Change]:
    """Yield statements deleted, swapped, inserted and moved."""
    for block in blocks(ground):
        for index, statement in enumerate(block):
            yield from _deleted(ground, block, index)
            if index + 1 < len(block):
                yield from _swapped(ground, statement, block[index + 1])
            if isinstance(statement, (ast.Pass, ast.Break, ast.Continue)):
                yield from _replaced(ground, statement)
        yield from _inserted(ground, block)
        yield from _moved(ground, block)


def _deleted(ground: Ground, block: Sequence[ast.stmt], index: int) -> Iterator[Change]:
    statement = block[index]
    kept = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Assert, ast.Raise)
    if any(isinstance(node, kept) for node in ast.walk(statement)):
        return  # what refuses an input is never in the way
    what = f"drop line {statement.lineno}"
    if len(block) == 1:
        start, end = ground.region(statement)
        if isinstance(statement, SIMPLE):
            yield Change(((start, end, "pass"),), 1.7, what)
        return
    lines = whole_lines(ground, statement)
    if lines is not None:
        yield Change(((*lines, ""),), 1.4 if isinstance(statement, SIMPLE) else 1.8, what)


def _swapped(ground: Ground, first: ast.stmt, second: ast.stmt) -> Iterator[Change]:
    a, b = ground.region(first), ground.region(second)
    if len(ground.segment(first)) + len(ground.segment(second)) > _LONGEST:
        return
    swap = ((*a, ground.segment(second)), (*b, ground.segment(first)))
    yield Change(swap, 1.5, f"swap lines {first.lineno} and {second.lineno}")


def _inserted(ground: Ground, block: Sequence[ast.stmt]) -> Iterator[Change]:
    places = [(s, True) for s in block] + [(block[-1], False)]
    for statement, before in places:
        lines = whole_lines(ground, statement)
        if lines is None or ground.text[lines[1] - 1 : lines[1]] != "\n":
            continue
        if not before and isinstance(statement, (ast.Return, ast.Raise, ast.Break, ast.Continue)):
            continue
        at, indent = lines[0 if before else 1], indent_of(ground, statement)
        guards = empty_guards(ground) if ground.empty and statement is ground.body[0] else ()
        for text, cost in (*guards, *new_statements(ground, statement)):
            body = text.replace("\n", f"\n{indent}")
            special = text.startswith("if ") and "return" in text
            yield Change(((at, at, f"{indent}{body}\n"),), cost, f"insert {text!r}", special)


def _replaced(ground: Ground, statement: ast.stmt) -> Iterator[Change]:
    """What does nothing, or ends a round, for what might be missing."""
    indent = indent_of(ground, statement)
    for text, cost in new_statements(ground, statement):
        body = text.replace("\n", f"\n{indent}")
        place = (*ground.region(statement), body)
        yield Change((place,), cost - 0.1, f"{text!r} for line {statement.lineno}")


def _moved(ground: Ground, block: Sequence[ast.stmt]) -> Iterator[Change]:
    """The last statement of an inner block moved out behind it, or the next one moved in."""
    for index, statement in enumerate(block):
        inner = getattr(statement, "body", None)
        if not inner or getattr(statement, "orelse", None):
            continue
        last, lines = inner[-1], whole_lines(ground, inner[-1])
        if len(inner) > 1 and lines is not None:
            text = ground.text[lines[0] : lines[1]]
            moved = reindented(text, indent_of(ground, last), indent_of(ground, statement))
            yield Change(((*lines, moved),), 1.7, f"move line {last.lineno} out of the block")
        if index + 1 < len(block):
            after = block[index + 1]
            lines = whole_lines(ground, after)
            if lines is not None:
                text = ground.text[lines[0] : lines[1]]
                moved = reindented(text, indent_of(ground, after), indent_of(ground, last))
                yield Change(((*lines, moved),), 1.8, f"move line {after.lineno} into the block")
