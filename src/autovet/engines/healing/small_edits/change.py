"""A small edit that might repair something."""

from dataclasses import dataclass
from itertools import pairwise

Replacement = tuple[int, int, str]
"""Start and end in the original text, in characters, and the text that stands there instead."""


@dataclass(frozen=True, slots=True)
class Change:
    """Replacements that belong together.

    Attributes:
        cost: how unlikely a programmer's slip it undoes, about 1 for the usual ones.
        what: what is done, in words.
        special: it only treats one case apart, and so never proves anything about the others.
    """

    replacements: tuple[Replacement, ...]
    cost: float
    what: str
    special: bool = False

    def applied(self, text: str) -> str:
        """The text with the change made."""
        pieces, done = [], 0
        for start, end, new in sorted(self.replacements):
            pieces += [text[done:start], new]
            done = end
        return "".join([*pieces, text[done:]])

    def joined(self, other: "Change") -> "Change | None":
        """Both changes at once; None where they touch."""
        both = sorted({*self.replacements, *other.replacements})
        for (_, end, _), (start, _, _) in pairwise(both):
            if start < end:
                return None
        starts = [r[0] for r in both]
        if len(set(starts)) < len(starts):
            return None
        what = f"{self.what}; {other.what}"
        return Change(tuple(both), self.cost + other.cost, what, self.special or other.special)
