"""How a function goes on and what it hands back."""

import ast
from collections.abc import Iterator

from autovet.engines.healing.small_edits.change import Change
from autovet.engines.healing.small_edits.conditions import conditions_for
from autovet.engines.healing.small_edits.ground import Ground, plain_results

_MOST_RESULTS = 2
_RESULTS = ("None", "[]", "0", "False", "True", "1", "-1", "''", "float('inf')")


def flow_changes(ground: Ground) -> Iterator[Change]:
    """Yield changes of returns, loops, yields and plain assignments."""
    for statement in ground.statements:
        yield from _jumped(ground, statement)
        match statement:
            case ast.Return(value=ast.expr() as value):
                yield from _returned(ground, value)
            case ast.Expr(value=ast.Yield(value=ast.expr() as value)):
                yielded = (*ground.region(statement), f"yield from {ground.segment(value)}")
                yield Change((yielded,), 1.3, "yield from instead of yield")
            case ast.Expr(value=ast.YieldFrom(value=value)):
                yielded = (*ground.region(statement), f"yield {ground.segment(value)}")
                yield Change((yielded,), 1.3, "yield instead of yield from")
            case ast.While(test=test):
                yield from _repeated(ground, test)
            case ast.Assign(
                targets=[(ast.Name() | ast.Subscript() | ast.Attribute()) as target], value=value
            ):
                place = (ground.region(target)[1], ground.region(value)[0])
                for op in ("+=", "-=", "*="):
                    yield Change(((*place, f" {op} "),), 1.5, f"{op} instead of =")
    yield from _opposite(ground)


def _jumped(ground: Ground, statement: ast.stmt) -> Iterator[Change]:
    start, end = ground.region(statement)
    looped = ground.module.loop_of(statement) is not None
    match statement:
        case ast.Break() | ast.Continue():
            other = "continue" if isinstance(statement, ast.Break) else "break"
            yield Change(((start, end, other),), 1.3, f"{other} instead")
        case ast.Return() if looped:
            yield Change(((start, end, "break"),), 1.8, "break instead of return")
            yield Change(((start, end, "continue"),), 1.8, "continue instead of return")
        case ast.Expr(value=value) if not isinstance(value, (ast.Yield, ast.YieldFrom)):
            yield Change(((start, start, "return "),), 1.6, "return the result")


def _returned(ground: Ground, value: ast.expr) -> Iterator[Change]:
    if "bool" in ground.types(value):
        for text, cost in conditions_for(ground, value):
            yield ground.put(value, text, cost, f"return {text}")
    own = ground.segment(value)
    for text in dict.fromkeys((*plain_results(ground), *_RESULTS)):
        if text != own:
            yield ground.put(value, text, 1.8, f"return {text}")
    if "number" in ground.kinds(value) and not isinstance(value, ast.IfExp):
        limits = ["0", *(n for n, t in ground.variables.items() if "int" in t and n != own)]
        for text in plain_results(ground)[:_MOST_RESULTS]:
            for limit in limits:
                for op in ("<=", ">=", "!="):
                    kept = f"{own} if {own} {op} {limit} else {text}"
                    yield ground.put(value, kept, 2.1, f"return {kept}")


def _repeated(ground: Ground, test: ast.expr) -> Iterator[Change]:
    for text, cost in conditions_for(ground, test):
        yield ground.put(test, text, cost, f"while {text}")
    for name in ground.variables:
        if ground.in_scope(name, test):
            yield ground.put(test, name, 1.9, f"while {name}")


def _opposite(ground: Ground) -> Iterator[Change]:
    """Every returned truth value turned into the other one."""
    found = [
        s.value
        for s in ground.statements
        if isinstance(s, ast.Return)
        and isinstance(s.value, ast.Constant)
        and isinstance(s.value.value, bool)
    ]
    if len(found) > 1:
        flipped = tuple((*ground.region(c), str(not c.value)) for c in found)
        yield Change(flipped, 1.5, "return the opposite everywhere")
        for first in range(len(found)):
            for second in range(first + 1, min(len(found), 8)):
                if len(found) > 2:
                    pair = (flipped[first], flipped[second])
                    yield Change(pair, 1.7, "return the opposite in two places")
