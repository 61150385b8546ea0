"""Sets of values that a variable may have, as far as comparisons with constants tell."""

import math
from dataclasses import dataclass

Point = tuple[float, int]  # a number, and -1, 0 or 1: just below it, itself, just above it
_LOW: Point = (-math.inf, 0)
_HIGH: Point = (math.inf, 0)


@dataclass(frozen=True, slots=True)
class Region:
    """Numbers as disjoint ascending intervals, everything else as names of constants.

    Attributes:
        numbers: first and last point of each interval.
        others: constants that are no numbers, in a spelling that tells them apart.
        inverted: whether ``others`` are what is missing instead of what is there.
    """

    numbers: tuple[tuple[Point, Point], ...]
    others: frozenset[str]
    inverted: bool

    @property
    def empty(self) -> bool:
        """Whether no value is left."""
        return not self.numbers and not self.inverted and not self.others

    def complement(self) -> "Region":
        """All other values."""
        gaps: list[tuple[Point, Point]] = []
        start = _LOW
        for first, last in self.numbers:
            before = (first[0], first[1] - 1)
            if start <= before:
                gaps.append((start, before))
            start = (last[0], last[1] + 1)
        if start <= _HIGH:
            gaps.append((start, _HIGH))
        return Region(tuple(gaps), self.others, not self.inverted)

    def __and__(self, other: "Region") -> "Region":
        """The values in both."""
        both = sorted(
            (max(a[0], b[0]), min(a[1], b[1])) for a in self.numbers for b in other.numbers
        )
        numbers = tuple(pair for pair in both if pair[0] <= pair[1])
        if self.inverted and other.inverted:
            return Region(numbers, self.others | other.others, inverted=True)
        if self.inverted:
            return Region(numbers, other.others - self.others, inverted=False)
        if other.inverted:
            return Region(numbers, self.others - other.others, inverted=False)
        return Region(numbers, self.others & other.others, inverted=False)

    def __or__(self, other: "Region") -> "Region":
        """The values in either."""
        return (self.complement() & other.complement()).complement()

    def __sub__(self, other: "Region") -> "Region":
        """The values that are not in ``other``."""
        return self & other.complement()


ALL = Region(((_LOW, _HIGH),), frozenset(), inverted=True)
NOTHING = ALL.complement()
FALSY = Region((((0.0, 0), (0.0, 0)),), frozenset({"None", "''"}), inverted=False)


def below(number: float, *, inclusive: bool) -> Region:
    """The numbers up to ``number``."""
    return Region(((_LOW, (number, 0 if inclusive else -1)),), frozenset(), inverted=False)


def above(number: float, *, inclusive: bool) -> Region:
    """The numbers from ``number`` on."""
    return Region((((number, 0 if inclusive else 1), _HIGH),), frozenset(), inverted=False)


def exactly(value: float | str) -> Region:
    """One number, or one constant by its spelling."""
    if isinstance(value, str):
        return Region((), frozenset({value}), inverted=False)
    return Region((((value, 0), (value, 0)),), frozenset(), inverted=False)
