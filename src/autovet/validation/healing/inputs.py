"""Further inputs like those of the examples, to tell candidates apart."""

import ast
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from autovet.domain.execution import Step
from autovet.source.parser import parse, parse_expression
from autovet.validation.execution.claim import Claim
from autovet.validation.healing.values import alike

SEEDS = (11, 23, 47)
_PER_SEED = 45
_ATTEMPTS = 240
_LONGEST = 400


_Slot = tuple[str, int | str]
"""An argument: the text of the callee, and the position or name."""


def generated_steps(claims: Sequence[Claim]) -> list[Step]:
    """Calls like those of the claims with other literals, from several seeds, each once.

    Numbers stay within the signs, and little beyond the sizes, of those in the examples; strings
    are made of the characters, lists of the elements seen there; what is sorted, equally long or
    in a fixed order in every example stays so.
    """
    scripts = [script for c in claims if c.raises is None and (script := _script(c))]
    seen: dict[_Slot, list[Any]] = {}
    for script in scripts:
        for call in script.calls():
            for slot, value in _literals(call):
                seen.setdefault(slot, []).append(value)
    varied = [script for script in scripts if any(any(_literals(c)) for c in script.calls())]
    found: dict[Step, None] = {}
    for seed in SEEDS if varied else ():
        source = random.Random(seed)  # noqa: S311 (inputs for a comparison, not secrets)
        wanted = len(found) + _PER_SEED
        for number in range(_ATTEMPTS):
            step = _varied(varied[number % len(varied)], seen, source)
            if step is not None and len(step.expression) <= _LONGEST:
                found.setdefault(step)
            if len(found) >= wanted:
                break
    return list(found)


@dataclass(frozen=True, slots=True)
class _Script:
    """The statements that lead to a call, as text; the last one is the call itself."""

    lines: tuple[str, ...]

    def trees(self) -> list[ast.Module]:
        """Fresh trees of the lines."""
        return [parse(line) for line in self.lines]

    def calls(self) -> Iterator[ast.Call]:
        """The calls in all lines."""
        return _calls(self.trees())


def _calls(trees: Sequence[ast.Module]) -> Iterator[ast.Call]:
    return (n for tree in trees for n in ast.walk(tree) if isinstance(n, ast.Call))


def _script(claim: Claim) -> _Script | None:
    try:
        call = parse_expression(claim.call.strip())
        setup = _needed(claim.setup, call)
        script = _Script((*setup, claim.call.strip()))
        script.trees()
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    return script


def _literals(call: ast.Call) -> Iterator[tuple[_Slot, Any]]:
    """The literal arguments of a call, by callee and place."""
    callee = ast.unparse(call.func)
    places: list[tuple[int | str, ast.expr]] = list(enumerate(call.args))
    places += [(k.arg, k.value) for k in call.keywords if k.arg]
    for place, argument in places:
        try:
            yield (callee, place), ast.literal_eval(argument)
        except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
            continue


def _varied(
    script: _Script, seen: Mapping[_Slot, Sequence[Any]], source: random.Random
) -> Step | None:
    trees = script.trees()
    for call in list(_calls(trees)):
        given = dict(_literals(call))
        new = _values(given, seen, source)
        if new is None:
            return None
        callee = ast.unparse(call.func)
        for place, argument in enumerate(call.args):
            if (callee, place) in new:
                call.args[place] = _tree_of(new[callee, place], argument)
        for keyword in call.keywords:
            if (callee, keyword.arg or "") in new:
                keyword.value = _tree_of(new[callee, keyword.arg or ""], keyword.value)
    *setup, last = [ast.unparse(tree) for tree in trees]
    return Step(last, tuple(setup))


def _tree_of(value: Any, old: ast.expr) -> ast.expr:
    return ast.copy_location(parse_expression(repr(value)), old)


def _values(
    given: Mapping[_Slot, Any], seen: Mapping[_Slot, Sequence[Any]], source: random.Random
) -> dict[_Slot, Any] | None:
    """Other values for the arguments of one call; None where none that fit were found."""
    relations = _relations(given, seen)
    for _ in range(12):
        new = {
            slot: alike(seen[slot], source) if source.random() < 0.85 or len(given) == 1 else value
            for slot, value in given.items()
        }
        if all(_related(kind, new[a], new[b]) for kind, a, b in relations):
            return new
    return None


def _needed(setup: Sequence[str], call: ast.expr) -> tuple[str, ...]:
    """The set-up, unless the call reads nothing that it binds."""
    try:
        bound = {
            name
            for statement in setup
            for node in ast.walk(parse(statement))
            for name in _bound(node)
        }
    except SyntaxError:
        return tuple(setup)
    read = {n.id for n in ast.walk(call) if isinstance(n, ast.Name)}
    return tuple(setup) if bound & read else ()


def _bound(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
        yield node.id
    elif isinstance(node, (ast.Import, ast.ImportFrom)):
        yield from (a.asname or a.name.partition(".")[0] for a in node.names)
    elif isinstance(node, (ast.FunctionDef, ast.ClassDef)):
        yield node.name


class _Replace(ast.NodeTransformer):
    """Puts one call in the place of its equal in another tree."""

    def __init__(self, old: ast.Call, new: ast.Call) -> None:
        self._place = (old.lineno, old.col_offset, old.end_col_offset)
        self._new = new

    def visit_Call(self, node: ast.Call) -> ast.AST:
        """Replace the call at the old one's place."""
        if (node.lineno, node.col_offset, node.end_col_offset) == self._place:
            return self._new
        return self.generic_visit(node)


def _relations(
    given: Mapping[_Slot, Any], seen: Mapping[_Slot, Sequence[Any]]
) -> list[tuple[str, _Slot, _Slot]]:
    """What holds between two arguments in all of at least two examples."""
    found: list[tuple[str, _Slot, _Slot]] = []
    for first in given:
        for second in given:
            pairs = list(zip(seen[first], seen[second], strict=False))
            if first == second or len(pairs) < 2:
                continue
            for kind in ("below", "as long", "no longer"):
                if all(_related(kind, a, b) is True for a, b in pairs):
                    found.append((kind, first, second))
                    break
    return found


def _related(kind: str, a: Any, b: Any) -> bool | None:
    numbers = (int, float)
    if kind == "below" and type(a) in numbers and type(b) in numbers:
        return bool(a < b)
    sized = (list, tuple, str)
    if isinstance(b, sized):
        if kind == "as long" and isinstance(a, sized):
            return len(a) == len(b)
        if kind == "no longer" and type(a) is int:
            return bool(0 <= a <= len(b))
    return None
