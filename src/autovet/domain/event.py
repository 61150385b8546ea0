"""What is put on record."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from autovet.domain.fingerprint import Fingerprint


@dataclass(frozen=True, slots=True)
class ValidationRecord:
    """One finished validation, as the engines learn from it.

    Attributes:
        at: seconds since the epoch.
        decision: ``pass``, ``fail`` or ``indeterminate``.
        elapsed_ms: wall-clock time of the call, in milliseconds.
        statuses: category to ``passed``, ``failed`` or ``undecided``.
        stages: stage of the run to its milliseconds.
        checks: check to its milliseconds; empty in most records, see ``recording.TIMED``.
        findings: what was reported.
        healed: how many fixes were applied, and proven.
        applied: adaptation rule to the number of findings that it changed.
        suppressed: findings that comments in the code silence.
        healed_findings: those that an applied fix resolves.
        scopes: hashes of the dotted names of the file's functions and classes.
        gate: only pass or fail was asked for; categories not looked at are not in ``statuses``.
        decided_by: of a gate that failed, the stage that settled it.
        paid: engine that was heard to the findings that it alone reported.
        left_out: engines that were not asked, as they found nothing in this project for long.
        explored: engines that were asked although they are left out there.
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
    applied: Mapping[str, int] = field(default_factory=dict)
    suppressed: tuple[str, ...] = ()
    healed_findings: tuple[str, ...] = ()
    scopes: tuple[int, ...] = ()
    gate: bool = False
    decided_by: str = ""
    paid: Mapping[str, int] = field(default_factory=dict)
    left_out: tuple[str, ...] = ()
    explored: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FindingRecord:
    """A finding as the store keeps it.

    Attributes:
        text: its line with strings and numbers blanked, so that no secret is kept.
        width: how long the line is, in characters.
        words: the words of its message that name something, such as ``os.path``.
        kind: what its file is there for, see ``FileKind``.
        function_lines: how long the function around it is; 0 outside of any.
        confidence: how sure the engine that reported it was, 0 to 1.
        fingerprint: what a dismissal of it is remembered by.
        hidden: what was learned kept it out of the report.
    """

    finding_id: str
    rule: str
    category: str
    severity: str
    path: str
    line: int
    text: str = ""
    width: int = 0
    words: tuple[str, ...] = ()
    kind: str = ""
    function_lines: int = 0
    confidence: float = 0.0
    fingerprint: Fingerprint | None = None
    hidden: bool = False


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
        verdict: ``useful`` (acted on), ``not-useful`` (dismissed) or ``left`` (it was seen again
            and again, and nobody did anything); of a decision, what was decided.
        why: the words given with it.
        origin: where it comes from: ``feedback``, ``healed``, ``suppressed``, ``fixed``,
            ``history``, ``tests``; ``decision`` for what a person decides about learned rules.
        author: who gave it; no single one may decide alone.
        generator: who wrote the code.
        finding: the finding that it is about, where the record still holds it.
        expires: when a dismissal ends, in seconds since the epoch.
        happened: when it came about, where that was long before it was put on record.
    """

    at: float
    finding_id: str
    rule: str
    project: str
    verdict: str
    why: str = ""
    origin: str = "feedback"
    author: str = ""
    generator: str = ""
    finding: FindingRecord | None = None
    expires: float | None = None
    happened: float = 0.0
