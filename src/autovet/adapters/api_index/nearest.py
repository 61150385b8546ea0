"""Real names near one that does not exist, the likeliest first."""

import re
from collections.abc import Iterable, Mapping
from difflib import SequenceMatcher
from math import log

_TOKEN = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|\d+")
_LEAST = 0.62
_LEAD = 0.08
_CERTAIN = 0.8


def ranked(
    wrong: str, names: Iterable[str], uses: Mapping[str, int], most: int = 3
) -> list[tuple[str, float]]:
    """The nearest names with their scores, best first.

    The score adds likeness of letters, shared words, half for one containing the other, and a
    little for how often the name is used. Private names count only for a private one.
    """
    private = wrong.startswith("_")
    candidates = {name for name in names if name != wrong and (private or name[:1] != "_")}
    scored = [(name, _likeness(wrong, name, uses.get(name, 0))) for name in candidates]
    near = sorted((pair for pair in scored if pair[1] >= _LEAST), key=lambda p: (-p[1], p[0]))
    return near[:most]


def clear_winner(near: list[tuple[str, float]]) -> str | None:
    """The first of them where no other comes close."""
    if not near or near[0][1] < _CERTAIN:
        return None
    return near[0][0] if len(near) == 1 or near[0][1] - near[1][1] >= _LEAD else None


def _likeness(wrong: str, name: str, uses: int) -> float:
    low, other = wrong.lower().replace("_", ""), name.lower().replace("_", "")
    matcher = SequenceMatcher(None, low, other)
    if matcher.real_quick_ratio() < 0.3 or matcher.quick_ratio() < 0.3:
        return 0.0
    words, others = _words(wrong), _words(name)
    shared = len(words & others) / len(words | others) if words | others else 0.0
    contained = 0.5 if low in other or other in low else 0.0
    return matcher.ratio() + shared + contained + 0.02 * log(1 + uses)


def _words(name: str) -> frozenset[str]:
    return frozenset(word.lower() for word in _TOKEN.findall(name))
