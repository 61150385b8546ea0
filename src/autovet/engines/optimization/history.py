"""The latest validations, as far as optimization needs them."""

from collections import Counter, deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from autovet.domain.event import ValidationRecord

MOST_SAMPLES = 2_000
_BLOCK = 250

OVERLAP_S = 300.0
"""Records are looked at again for this long, for those that reached the store late."""


@dataclass(frozen=True, slots=True)
class Sample:
    """One validation.

    Attributes:
        key: the same for the same source at the same place.
        undecided: whether any category stayed so.
        gate: only pass or fail was asked for.
        decided_by: of a gate that failed, the stage that settled it.
        project: the key that it is filed under.
        paid: engine that was heard to the findings that it alone reported.
        left_out: engines that were not asked.
        explored: engines that were asked although they are left out in the project.
    """

    key: str
    at: float
    elapsed_ms: float
    lines: int
    findings: int
    undecided: bool
    statuses: Mapping[str, str]
    stages: Mapping[str, float]
    gate: bool = False
    decided_by: str = ""
    project: str = ""
    paid: Mapping[str, int] = field(default_factory=dict)
    left_out: tuple[str, ...] = ()
    explored: tuple[str, ...] = ()


@dataclass(slots=True)
class CheckBlock:
    """Sums over up to 250 validations: milliseconds, runs and findings of each check."""

    validations: int = 0
    elapsed_ms: dict[str, float] = field(default_factory=dict)
    runs: Counter[str] = field(default_factory=Counter)
    findings: Counter[str] = field(default_factory=Counter)

    def add(self, record: ValidationRecord) -> None:
        """Add a validation to the sums."""
        self.validations += 1
        for check, elapsed in record.checks.items():
            self.elapsed_ms[check] = self.elapsed_ms.get(check, 0.0) + elapsed
        self.runs.update(record.checks.keys())
        self.findings.update(f.rule for f in record.findings if f.rule in record.checks)


@dataclass(slots=True)
class History:
    """The last 2,000 validations, each once, and check times in blocks over about as many.

    Attributes:
        cursor: the moment of the newest one, in seconds since the epoch.
    """

    samples: deque[Sample] = field(default_factory=lambda: deque(maxlen=MOST_SAMPLES))
    blocks: deque[CheckBlock] = field(default_factory=lambda: deque(maxlen=MOST_SAMPLES // _BLOCK))
    cursor: float = 0.0
    _seen: dict[str, float] = field(default_factory=dict)

    def add(self, records: Iterable[ValidationRecord]) -> int:
        """Take records in, oldest first; returns how many were new."""
        new = 0
        for record in records:
            if record.validation_id in self._seen:
                continue
            new += 1
            self._seen[record.validation_id] = record.at
            self.cursor = max(self.cursor, record.at)
            undecided = (
                record.decision == "indeterminate" or "undecided" in record.statuses.values()
            )
            self.samples.append(
                Sample(
                    f"{record.source_sha256}:{record.path}",
                    record.at,
                    record.elapsed_ms,
                    record.lines,
                    len(record.findings),
                    undecided,
                    record.statuses,
                    record.stages,
                    record.gate,
                    record.decided_by,
                    record.project,
                    record.paid,
                    record.left_out,
                    record.explored,
                )
            )
            if not self.blocks or self.blocks[-1].validations >= _BLOCK:
                self.blocks.append(CheckBlock())
            self.blocks[-1].add(record)
        oldest = self.cursor - 2 * OVERLAP_S
        if len(self._seen) > 2 * MOST_SAMPLES:
            self._seen = {name: at for name, at in self._seen.items() if at >= oldest}
        return new
