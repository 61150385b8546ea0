"""Counts since the start, as metrics are exported."""

from bisect import bisect_left
from collections import Counter
from dataclasses import dataclass, field

from autovet.domain.event import ValidationRecord

EDGES_S = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0)
"""Upper edges of the buckets of a duration, in seconds."""


@dataclass(slots=True)
class Durations:
    """A histogram: ``buckets`` has one more than ``EDGES_S``, for all that is longer."""

    sum_s: float = 0.0
    buckets: list[int] = field(default_factory=lambda: [0] * (len(EDGES_S) + 1))

    def add(self, seconds: float) -> None:
        """Count a duration."""
        self.sum_s += seconds
        self.buckets[bisect_left(EDGES_S, seconds)] += 1

    @property
    def count(self) -> int:
        """How many durations were counted."""
        return sum(self.buckets)


@dataclass(slots=True)
class Counters:
    """Everything that only ever grows."""

    decisions: Counter[str] = field(default_factory=Counter)
    statuses: Counter[tuple[str, str]] = field(default_factory=Counter)
    findings: Counter[tuple[str, str]] = field(default_factory=Counter)
    healed: int = 0
    total: Durations = field(default_factory=Durations)
    stages: dict[str, Durations] = field(default_factory=dict)

    def add(self, record: ValidationRecord) -> None:
        """Count a validation."""
        self.decisions[record.decision] += 1
        self.statuses.update(record.statuses.items())
        self.findings.update((each.category, each.severity) for each in record.findings)
        self.healed += record.healed
        self.total.add(record.elapsed_ms / 1000)
        for stage, spent in record.stages.items():
            self.stages.setdefault(stage, Durations()).add(spent / 1000)
