"""The confidence below which a rule's reports are useless, where there is one."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from autovet.engines.learning.beta import lower_bound
from autovet.engines.learning.votes import Ballot

_LEAST = 5
_LEVEL = 0.05
_USELESS_BELOW = 0.5
_USEFUL_ABOVE = 0.7


@dataclass(frozen=True, slots=True)
class Threshold:
    """A confidence that parts the useless reports from the useful ones.

    Attributes:
        value: reports at least as sure as this are worth showing, 0 to 1.
        below: useless and all reports below it.
        above: useful and all reports from it on.
        sources: how many call the ones below useless.
    """

    value: float
    below: tuple[int, int]
    above: tuple[int, int]
    sources: int

    def evidence(self) -> dict[str, Any]:
        """The counts, readable."""
        return {
            "not_useful_below": self.below[0],
            "below": self.below[1],
            "useful_above": self.above[0],
            "above": self.above[1],
            "sources": self.sources,
        }


def threshold_of(ballots: Sequence[Ballot]) -> Threshold | None:
    """The highest confidence with surely mostly useless reports below and useful ones above."""
    votes = [(vote.confidence, vote.useful, source) for _, _, source, vote in ballots]
    best = None
    for value in sorted({confidence for confidence, _, _ in votes})[1:]:
        below = [(useful, source) for c, useful, source in votes if c < value]
        above = [useful for c, useful, _ in votes if c >= value]
        useless = sum(not useful for useful, _ in below)
        if len(below) < _LEAST or len(above) < _LEAST or 0.0 in {c for c, _, _ in votes}:
            continue
        sure = lower_bound(1 + useless, 1 + len(below) - useless, _LEVEL) >= _USELESS_BELOW
        if (
            sure
            and lower_bound(1 + sum(above), 1 + len(above) - sum(above), _LEVEL) >= _USEFUL_ABOVE
        ):
            sources = len({source for useful, source in below if not useful})
            best = Threshold(value, (useless, len(below)), (sum(above), len(above)), sources)
    return best
