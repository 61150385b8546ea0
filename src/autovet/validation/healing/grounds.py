"""Which places of a module may hold what makes its claims fail."""

import ast
from collections.abc import Iterator, Sequence

from autovet.domain.inspection import Inspection
from autovet.engines.healing.small_edits.constants import words_of
from autovet.engines.healing.small_edits.ground import Definition, Ground, Place
from autovet.source.module import Module
from autovet.source.parser import parse
from autovet.source.scopes import FunctionNode
from autovet.validation.execution.calls import resolve
from autovet.validation.execution.claim import Claim
from autovet.validation.execution.located import CodeMap
from autovet.validation.healing.goal import Goal
from autovet.validation.healing.trials import Trials

_MOST_FUNCTIONS, _MOST_TABLES = 4, 6
_LONGEST_RESULT = 60
_EMPTY = ("([]", " []", "{}", "''", '""', "(()", "set()")


async def grounds_of(
    goal: Goal, trials: Trials, inspection: Inspection, module: Module
) -> list[Ground]:
    """The functions that failing claims run through, and the tables that they read."""
    code = CodeMap(module, {f.name: f.span for f in inspection.functions})
    names = dict.fromkeys(
        name
        for claim in goal.failing
        for start in _called(claim, list(code.spans))
        for name in code.reached(start)
    )
    functions = [code.nodes[name] for name in names if name in code.nodes][:_MOST_FUNCTIONS]
    places: list[Place] = [*functions, *_tables(functions, module)]
    blank = [Ground(module, place, {}) for place in places]
    types = await trials.types([g.region(g.function) for g in blank], goal.steps)
    words = words_of(" ".join(_documentation(g) for g in blank) + _stated(goal))
    expected = _expected(goal)
    empty = any(sign in claim.call for claim in goal.failing for sign in _EMPTY)
    made = [Ground(module, p, types, words, expected, empty=empty) for p in places]
    return [ground for ground in made if ground.executed]


def _called(claim: Claim, names: Sequence[str]) -> Iterator[str]:
    """The functions that a claim calls, in its set-up too: what is wrong may begin there."""
    yield claim.function
    for line in claim.setup:
        try:
            tree = parse(line)
        except (SyntaxError, ValueError):
            continue
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and (name := resolve(node.func, names)):
                yield name


def _documentation(ground: Ground) -> str:
    if not isinstance(ground.function, Definition):
        return ""
    first = ground.function.body[0]
    return ground.segment(first) if ground.body and first is not ground.body[0] else ""


def _tables(functions: Sequence[FunctionNode], module: Module) -> list[ast.Assign | ast.AnnAssign]:
    """The module's own constants that these functions read."""
    read = {
        node.id
        for function in functions
        for node in ast.walk(function)
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)
    }
    found = []
    for statement in module.tree.body:
        if isinstance(statement, (ast.Assign, ast.AnnAssign)) and statement.value is not None:
            targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
            if any(isinstance(t, ast.Name) and t.id in read for t in targets):
                found.append(statement)
    return found[:_MOST_TABLES]


def _expected(goal: Goal) -> list[str]:
    """The plain results that failing claims state."""
    texts = dict.fromkeys((c.returns or c.repr_text or "").strip() for c in goal.failing)
    return [t for t in texts if 0 < len(t) <= _LONGEST_RESULT and _is_literal(t)]


def _is_literal(text: str) -> bool:
    try:
        ast.literal_eval(text)
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        return False
    return True


def _stated(goal: Goal) -> str:
    return " ".join(f"{c.call} {c.returns or c.repr_text or ''}" for c in goal.planned.claims)
