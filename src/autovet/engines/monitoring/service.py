"""What the validations since the last look say about the service."""

import math
from collections import Counter
from dataclasses import dataclass, field
from statistics import median

from autovet.domain.event import ValidationRecord

_MOST = 500
"""Durations of a stage that are kept between two looks; later ones are counted only."""
_LEAST_DURATIONS = 5
_LEAST_DECIDED = 20


@dataclass(slots=True)
class Service:
    """Counts and durations since the last ``drain``."""

    validations: int = 0
    undecided: int = 0
    statuses: dict[str, Counter[str]] = field(default_factory=dict)
    durations: dict[str, list[float]] = field(default_factory=dict)

    def add(self, record: ValidationRecord) -> None:
        """Count a validation."""
        self.validations += 1
        self.undecided += record.decision == "indeterminate"
        for category, status in record.statuses.items():
            tally = self.statuses.get(category)
            if tally is None:
                tally = self.statuses[category] = Counter()
            tally[status] += 1
        for stage, spent in record.stages.items():
            known = self.durations.setdefault(stage, [])
            if len(known) < _MOST:
                known.append(spent)

    def drain(self) -> tuple[dict[str, float], dict[str, float]]:
        """The figures, and the standard error of those that are shares; then start anew.

        A figure that rests on too few validations is left out.
        """
        figures = {"validations": float(self.validations)}
        noise: dict[str, float] = {}
        if self.validations >= _LEAST_DECIDED:
            share = self.undecided / self.validations
            figures["undecided_percent"] = 100 * share
            noise["undecided_percent"] = 100 * _error(share, self.validations)
        for category, tally in self.statuses.items():
            decided = tally["passed"] + tally["failed"]
            if decided >= _LEAST_DECIDED:
                share = tally["failed"] / decided
                figures[f"failed_percent:{category}"] = 100 * share
                noise[f"failed_percent:{category}"] = 100 * _error(share, decided)
        for stage, spent in self.durations.items():
            if len(spent) >= _LEAST_DURATIONS:
                figures[f"stage_ms:{stage}"] = median(spent)
        self.validations = self.undecided = 0
        self.statuses, self.durations = {}, {}
        return figures, noise


def _error(share: float, count: int) -> float:
    """The standard error of a share, with the share kept off 0 and 1 by one case."""
    kept = min(max(share, 1 / (count + 2)), 1 - 1 / (count + 2))
    return math.sqrt(kept * (1 - kept) / count)
