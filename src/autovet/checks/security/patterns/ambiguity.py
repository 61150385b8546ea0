"""Whether a pattern can be made to try exponentially many ways, and the text that does it."""

import re
from collections import deque
from functools import lru_cache

from autovet.checks.security.patterns.automaton import Automaton, TooHardError

_STEP_BUDGET = 40_000
_ASCII = (1 << 128) - 1


@lru_cache(maxsize=256)
def attack_on(pattern: str, flags: int, whole: bool) -> str | None:
    """A short form of a text on which matching explodes; None when there is none, or none is known.

    Args:
        pattern: the regular expression.
        flags: its compile flags.
        whole: whether the whole text must match, as with ``fullmatch``.
    """
    if pattern.count("*") + pattern.count("+") + pattern.count(",}") < 1 or "(" not in pattern:
        return None
    try:
        automaton = Automaton(pattern, flags)
    except (TooHardError, re.error, RecursionError, OverflowError, ValueError):
        return None
    steps = _STEP_BUDGET
    for state in range(len(automaton.sets)):
        if state in automaton.whole.last and not (automaton.anchored or whole):
            continue  # it may stop right there, so nothing makes it try again
        pump, steps = _pump(automaton, state, steps)
        if pump is not None:
            return f"{_prefix(automaton, state)}{pump * 3}...{_stranger(automaton)}"
        if steps <= 0:
            return None
    return None


def _pump(automaton: Automaton, state: int, steps: int) -> tuple[str | None, int]:
    """A text that leads from a state back to itself along two different ways."""
    start = automaton.edges[state]
    pending: deque[tuple[int, int, str]] = deque()
    seen: set[tuple[int, int]] = set()
    for i, left in enumerate(start):
        for right in start[i + 1 :]:
            common = automaton.sets[left] & automaton.sets[right] & _ASCII
            if common:
                pending.append((left, right, _pick(common)))
    while pending:
        left, right, text = pending.popleft()
        if left == right == state:
            return text, steps
        if (left, right) in seen:
            continue
        seen.add((left, right))
        for a in automaton.edges[left]:
            for b in automaton.edges[right]:
                steps -= 1
                if steps <= 0:
                    return None, 0
                common = automaton.sets[a] & automaton.sets[b] & _ASCII
                if common and (a, b) not in seen:
                    pending.append((a, b, text + _pick(common)))
    return None, steps


def _prefix(automaton: Automaton, state: int) -> str:
    pending = deque((s, _pick(automaton.sets[s] & _ASCII)) for s in automaton.whole.first)
    seen: set[int] = set()
    while pending:
        here, text = pending.popleft()
        if here == state:
            return text
        if here not in seen:
            seen.add(here)
            pending += [
                (n, text + _pick(automaton.sets[n] & _ASCII)) for n in automaton.edges[here]
            ]
    return ""


def _stranger(automaton: Automaton) -> str:
    known = 0
    for characters in automaton.sets:
        known |= characters
    return _pick(_ASCII & ~known) or "!"


def _pick(characters: int) -> str:
    for code in (97, 48, 65, *range(33, 127), 32, *range(32)):
        if characters >> code & 1:
            return chr(code)
    return ""
