"""What is put on record."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class ValidationRecord:
    """One finished validation, as the engines learn from it.

    Attributes:
        at: seconds since the epoch.
        decision: ``pass``, ``fail`` or ``indeterminate``.
        elapsed_ms: wall-clock time of the call, in milliseconds.
        statuses: category to ``passed``, ``failed`` or ``undecided``.
        stages: stage of the run to its milliseconds.
        checks: check to its milliseconds.
        findings: what was reported.
        healed: how many fixes were applied, and proven.
    """

    validation_id: str
    at: float
    decision: str
    elapsed_ms: float
    source_sha256: str
    path: str
    project: str
    generator: str
    lines: int
    statuses: Mapping[str, str]
    stages: Mapping[str, float]
    checks: Mapping[str, float]
    findings: tuple["FindingRecord", ...] = ()
    healed: int = 0


@dataclass(frozen=True, slots=True)
class FindingRecord:
    """A finding as the store keeps it."""

    finding_id: str
    rule: str
    category: str
    severity: str
    path: str
    line: int


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened to the system: a restart, an alert, an action, a dropped loop.

    Attributes:
        kind: dotted name, such as ``analyzer.restarted``.
        subject: what it happened to.
        detail: JSON-serialisable facts.
    """

    at: float
    kind: str
    subject: str
    detail: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a finding, and who says so.

    Attributes:
        verdict: ``useful`` (acted on) or ``not-useful`` (dismissed).
        why: the words given with it.
        origin: where it comes from: ``feedback``, ``healed``, ``suppressed``...
        author: who gave it; no single one may decide alone.
    """

    at: float
    finding_id: str
    rule: str
    project: str
    verdict: str
    why: str = ""
    origin: str = "feedback"
    author: str = ""
