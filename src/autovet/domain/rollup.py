"""Many validations in one small record."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from autovet.domain.event import ValidationRecord
from autovet.domain.histogram import Histogram, bucket_of, merged

HOUR_S = 3_600.0
DAY_S = 86_400.0


@dataclass(frozen=True, slots=True)
class Rollup:
    """What happened from ``at`` on for ``span_s`` seconds.

    Attributes:
        decisions: decision to how often it was made.
        statuses: category to status to how often it had it.
        stages: stage to its durations; ``total`` is the whole validation.
        checks: check to its runs and its milliseconds in all.
        findings: rule to how often it reported.
        projects: project to its validations.
    """

    at: float
    span_s: float
    validations: int = 0
    lines: int = 0
    healed: int = 0
    decisions: Mapping[str, int] = field(default_factory=dict)
    statuses: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    stages: Mapping[str, Histogram] = field(default_factory=dict)
    checks: Mapping[str, tuple[int, float]] = field(default_factory=dict)
    findings: Mapping[str, int] = field(default_factory=dict)
    projects: Mapping[str, int] = field(default_factory=dict)


def rollup_of(records: Iterable[ValidationRecord], at: float, span_s: float) -> Rollup:
    """Sum up the records."""
    count = lines = healed = 0
    decisions: Counter[str] = Counter()
    findings: Counter[str] = Counter()
    projects: Counter[str] = Counter()
    statuses: dict[str, Counter[str]] = {}
    stages: dict[str, Histogram] = {}
    runs: Counter[str] = Counter()
    elapsed: dict[str, float] = {}
    for record in records:
        count += 1
        lines += record.lines
        healed += record.healed
        decisions[record.decision] += 1
        projects[record.project] += 1
        findings.update(finding.rule for finding in record.findings)
        for category, status in record.statuses.items():
            statuses.setdefault(category, Counter())[status] += 1
        for stage, spent in (*record.stages.items(), ("total", record.elapsed_ms)):
            counts = stages.setdefault(stage, {})
            bucket = bucket_of(spent)
            counts[bucket] = counts.get(bucket, 0) + 1
        runs.update(record.checks.keys())
        for check, spent in record.checks.items():
            elapsed[check] = elapsed.get(check, 0.0) + spent
    checks = {check: (number, round(elapsed[check], 3)) for check, number in runs.items()}
    return Rollup(
        at, span_s, count, lines, healed, decisions, statuses, stages, checks, findings, projects
    )


def together(rollups: Iterable[Rollup], at: float, span_s: float) -> Rollup:
    """One rollup over a longer span."""
    parts = list(rollups)
    checks: dict[str, tuple[int, float]] = {}
    for part in parts:
        for check, (runs, spent) in part.checks.items():
            before = checks.get(check, (0, 0.0))
            checks[check] = (before[0] + runs, round(before[1] + spent, 3))
    categories = {name for part in parts for name in part.statuses}
    stages = {name for part in parts for name in part.stages}
    return Rollup(
        at,
        span_s,
        sum(part.validations for part in parts),
        sum(part.lines for part in parts),
        sum(part.healed for part in parts),
        _sum(part.decisions for part in parts),
        {name: _sum(part.statuses.get(name, {}) for part in parts) for name in categories},
        {name: merged(part.stages.get(name, {}) for part in parts) for name in stages},
        checks,
        _sum(part.findings for part in parts),
        _sum(part.projects for part in parts),
    )


def _sum(counts: Iterable[Mapping[str, int]]) -> dict[str, int]:
    total: Counter[str] = Counter()
    for each in counts:
        total.update(each)
    return dict(total)
