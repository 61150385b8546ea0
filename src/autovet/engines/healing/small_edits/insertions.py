"""Statements that might be missing."""

import ast
import re
from collections.abc import Iterator, Mapping
from itertools import islice

from autovet.engines.healing.small_edits.conditions import conditions_for
from autovet.engines.healing.small_edits.ground import Ground, plain_results

SIMPLE = (ast.Assign, ast.AugAssign, ast.Expr, ast.Return, ast.Break, ast.Continue)
_NAME = re.compile(r"[^\W\d]\w*")
_NUMBERS = frozenset({"int", "float"})
_SIZED = frozenset({"str", "list", "tuple", "dict", "set", "deque"})
_LONGEST = 80
_MOST_RESULTS, _MOST_CONDITIONS = 8, 24


def new_statements(ground: Ground, near: ast.stmt) -> Iterator[tuple[str, float]]:
    """Statements that might be missing near a statement, with what they cost."""
    yield from _copies(ground, near)
    yield from _updates(ground, near)
    yield from _carried(ground, near)
    yield from _guarded(ground, near)
    looped = ground.module.loop_of(near) is not None
    results = list(islice(_results(ground), _MOST_RESULTS))
    for condition, cost in _likeliest(ground, near):
        for result in results:
            yield f"if {condition}:\n    return {result}", cost + 0.9
        if looped:
            yield f"if {condition}:\n    continue", cost + 0.9
            yield f"if {condition}:\n    break", cost + 0.9


def _likeliest(ground: Ground, near: ast.stmt) -> list[tuple[str, float]]:
    """The first conditions; those about what nothing reads come before all others."""
    found = list(conditions_for(ground, near))
    traces = [c for c in found if not ground.unread.isdisjoint(_NAME.findall(c[0]))]
    return (traces + [c for c in found if c not in traces])[:_MOST_CONDITIONS]


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
        kinds = {t.partition("[")[0] for t in types}
        if "int" in types:
            yield f"{name} += 1", 1.7
            yield f"{name} -= 1", 1.7
        if types & _NUMBERS:
            yield from _shifted(name, types, visible)
        if "list" in kinds:
            yield f"{name} = sorted({name})", 2.1
        if "str" in kinds:
            yield from ((f"{name} += {u}", 1.9) for u in sorted(ground.unread - {name}))
        for item, of_item in visible.items():
            if item != name and "list" in kinds and of_item:
                yield f"{name}.append({item})", 1.9
            if item != name and "set" in kinds:
                yield f"{name}.add({item})", 1.9


def _shifted(
    name: str, types: frozenset[str], visible: Mapping[str, frozenset[str]]
) -> Iterator[tuple[str, float]]:
    """A number changed by another one, or brought back within a length."""
    for other, of_other in visible.items():
        if other != name and of_other & _NUMBERS:
            yield f"{name} += {other}", 2.0
            yield f"{name} -= {other}", 2.0
        elif "int" in types and any(t.partition("[")[0] in _SIZED for t in of_other):
            yield f"{name} %= len({other})", 2.2


def empty_guards(ground: Ground) -> Iterator[tuple[str, float]]:
    """What to return at once for a parameter that is empty, where an example shows that."""
    for name in ground.parameters:
        if any(t.partition("[")[0] in _SIZED for t in ground.variables.get(name, ())):
            for result in plain_results(ground):
                yield f"if not {name}:\n    return {result}", 1.5


def _carried(ground: Ground, near: ast.stmt) -> Iterator[tuple[str, float]]:
    """What a round of a loop leaves for the next: a variable that is read in it and never set."""
    loop = ground.module.loop_of(near)
    if loop is None:
        return
    names = [n for n in ast.walk(loop) if isinstance(n, ast.Name)]
    stored = {n.id for n in names if isinstance(n.ctx, ast.Store)}
    fixed = {n.id for n in names} & ground.own_variables - stored
    for name in sorted(fixed):
        for other in ground.variables:
            if other != name and ground.in_scope(other, near):
                yield f"{name} = {other}", 1.6 if other in stored else 2.0


def _guarded(ground: Ground, near: ast.stmt) -> Iterator[tuple[str, float]]:
    """A copy of a statement where what it uses is not empty; what to do where something is so."""
    for other in ground.statements:
        text = ground.segment(other)
        if not isinstance(other, (ast.Expr, ast.AugAssign)) or len(text) > _LONGEST:
            continue
        if "\n" in text:
            continue
        used = {n.id for n in ast.walk(other) if isinstance(n, ast.Name)}
        for name in sorted(used & ground.variables.keys()):
            if any(t.partition("[")[0] in _SIZED for t in ground.variables[name]):
                yield f"if {name}:\n    {text}", 2.0
    counted = [n for n, t in ground.variables.items() if "int" in t and n in ground.own_variables]
    for flag in sorted(ground.unread):
        conditions = [
            flag,
            *(f"{flag} and {c}" for c, _ in islice(conditions_for(ground, near), 24)),
        ]
        for condition in conditions if "bool" in ground.variables[flag] else ():
            for name in counted:
                yield f"if {condition}:\n    {name} += 1", 2.0
                yield f"if {condition}:\n    {name} -= 1", 2.1


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
    texts += plain_results(ground)
    found = dict.fromkeys(t for t in texts if len(t) < 20 and "\n" not in t)
    yield from found
    yield from (t for t in ("False", "True", "0", "None", "[]", "1", "''", "-1") if t not in found)
