"""Statements that might be missing."""

import ast
import re
from collections.abc import Iterator
from itertools import islice

from autovet.engines.healing.small_edits.conditions import conditions_for
from autovet.engines.healing.small_edits.ground import Ground

SIMPLE = (ast.Assign, ast.AugAssign, ast.Expr, ast.Return, ast.Break, ast.Continue)
_LONGEST = 80
_MOST_RESULTS, _MOST_CONDITIONS = 8, 24


def new_statements(ground: Ground, near: ast.stmt) -> Iterator[tuple[str, float]]:
    """Statements that might be missing near a statement, with what they cost."""
    yield from _copies(ground, near)
    yield from _updates(ground, near)
    looped = ground.module.loop_of(near) is not None
    results = list(islice(_results(ground), _MOST_RESULTS))
    for condition, cost in islice(conditions_for(ground, near), _MOST_CONDITIONS):
        for result in results:
            yield f"if {condition}:\n    return {result}", cost + 0.9
        if looped:
            yield f"if {condition}:\n    continue", cost + 0.9
            yield f"if {condition}:\n    break", cost + 0.9


def _copies(ground: Ground, near: ast.stmt) -> Iterator[tuple[str, float]]:
    """Copies of the function's other statements, also with another variable."""
    seen: set[str] = set()
    for other in ground.statements:
        text = ground.segment(other)
        if not isinstance(other, SIMPLE) or len(text) > _LONGEST or "\n" in text or text in seen:
            continue
        seen.add(text)
        if isinstance(other, (ast.Break, ast.Continue)) and ground.module.loop_of(near) is None:
            continue
        yield text, 1.8
        for swapped in _substituted(ground, other, text):
            yield swapped, 2.2


def _updates(ground: Ground, near: ast.stmt) -> Iterator[tuple[str, float]]:
    """The usual statements about the variables in scope."""
    visible = {n: t for n, t in ground.variables.items() if ground.in_scope(n, near)}
    for name, types in visible.items():
        if "int" in types:
            yield f"{name} += 1", 1.7
            yield f"{name} -= 1", 1.7
        kinds = {t.partition("[")[0] for t in types}
        if "list" in kinds:
            yield f"{name} = sorted({name})", 2.1
        for item, of_item in visible.items():
            if item != name and "list" in kinds and of_item:
                yield f"{name}.append({item})", 1.9
            if item != name and "set" in kinds:
                yield f"{name}.add({item})", 1.9


def _substituted(ground: Ground, statement: ast.stmt, text: str) -> Iterator[str]:
    """A copy with one variable replaced by another one of the same type."""
    if isinstance(statement, ast.Return):
        return
    read = {n.id for n in ast.walk(statement) if isinstance(n, ast.Name)} & ground.variables.keys()
    for name in sorted(read):
        for other, types in ground.variables.items():
            if other != name and types and types & ground.variables[name]:
                yield re.sub(rf"\b{re.escape(name)}\b", other, text)


def _results(ground: Ground) -> Iterator[str]:
    """What the function may return early: what it returns elsewhere, and the usual values."""
    texts = [
        ground.segment(s.value)
        for s in ground.statements
        if isinstance(s, ast.Return) and s.value is not None
    ]
    found = dict.fromkeys(t for t in texts if len(t) < 20 and "\n" not in t)
    yield from found
    yield from (t for t in ("False", "True", "0", "None", "[]", "1", "''", "-1") if t not in found)
