"""From what every engine said about one source to the assessment of it."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import replace

from autovet.domain.admission import Admission
from autovet.domain.category import Category
from autovet.domain.context import Context
from autovet.domain.event import FindingRecord
from autovet.domain.file_kind import file_kind
from autovet.domain.finding import Finding
from autovet.domain.inspection import Inspection
from autovet.domain.policy import Policy
from autovet.domain.selection import Selection
from autovet.domain.severity import Severity
from autovet.domain.source import Source
from autovet.validation.adapting import Place, adapt
from autovet.validation.assessment import Assessment
from autovet.validation.facts import records_of
from autovet.validation.fingerprinting import with_ids
from autovet.validation.judging import judge
from autovet.validation.limiting import limited
from autovet.validation.merging import merge
from autovet.validation.policy_file import with_file
from autovet.validation.stage import StageResult


def assessment_of(
    source: Source,
    context: Context,
    admission: Admission,
    inspection: Inspection,
    stages: Sequence[StageResult],
    held: tuple[bool, ...],
    policy: Policy,
    selection: Selection,
) -> Assessment:
    """Merge, select, adapt and judge; ``held`` tells which of the executed examples held."""
    found = [f for stage in stages for f in stage.findings if selection.wants(f)]
    kept, truncated = limited(merge(found, inspection))
    found_now = with_ids(kept, inspection.anchors)
    unknown = [finding for finding in found_now if finding.id not in selection.known]
    named = [finding for finding in unknown if _is_asked_for(finding, context)]
    project = project_key(context)
    policy = with_file(policy, context, project)
    kind = file_kind(context.path, admission.text)
    place = Place(
        project,
        kind,
        context.generator or "",
        frozenset(anchor.home for anchor in inspection.anchors),
        time.time(),
    )
    adapted = adapt(named, inspection.suppressions, policy, place)
    lines = admission.text.splitlines()
    records = records_of(adapted.findings, lines, kind, inspection.functions)
    ranked = _ranked(adapted.findings, records, policy, place)
    hidden = records_of(adapted.hidden, lines, kind, inspection.functions, hidden=True)
    verdict = judge(
        ranked,
        [u for stage in stages for u in stage.unverified],
        _undecided(stages, inspection),
        _checked(stages, inspection),
        _elapsed(stages, inspection),
        Severity(context.fail_on),
    )
    return Assessment(
        source=source,
        context=context,
        admission=admission,
        inspection=inspection,
        verdict=verdict,
        stages={"parse": inspection.parse_ms, **{s.name: s.elapsed_ms for s in stages}},
        held=held,
        suppressed=adapted.suppressed,
        applied=adapted.applied,
        state_version=policy.version,
        truncated=truncated,
        baselined=len(found_now) - len(unknown),
        elsewhere=len(unknown) - len(named),
        records=(*records, *hidden),
    )


def _ranked(
    findings: Sequence[Finding], records: Sequence[FindingRecord], policy: Policy, place: Place
) -> Sequence[Finding]:
    """The findings with what their worth is believed to be, where anything was learned."""
    if policy.ranking is None:
        return findings
    return [
        replace(finding, worth=policy.ranking.worth(record, place.project, place.generator))
        for finding, record in zip(findings, records, strict=True)
    ]


def _is_asked_for(finding: Finding, context: Context) -> bool:
    """Whether the finding touches a line that the caller wants to hear about."""
    if context.changed_lines is None:
        return True
    span = finding.span
    return any(
        first <= span.end_line and span.line <= last for first, last in context.changed_lines
    )


def project_key(context: Context) -> str:
    """The name under which learning files what it sees of a project."""
    if context.root is not None:
        return context.root
    return context.framework or "*"


def _undecided(stages: Sequence[StageResult], inspection: Inspection) -> dict[Category, str]:
    reasons: dict[Category, str] = {}
    for stage in stages:
        if stage.failure is not None:
            for category in stage.categories:
                reasons.setdefault(category, stage.failure)
    for run in inspection.runs:
        if run.error is not None:
            reasons.setdefault(run.category, f"the check {run.check} failed: {run.error}")
    return reasons


def _checked(
    stages: Sequence[StageResult], inspection: Inspection
) -> Mapping[Category, Sequence[str]]:
    checked: dict[Category, list[str]] = {category: [] for category in Category}
    for run in inspection.runs:
        if run.error is None:
            checked[run.category].append(run.check)
    for stage in stages:
        if stage.failure is None and stage.name == "execution":
            checked[Category.BUSINESS_LOGIC].append(stage.name)
    return checked


def _elapsed(stages: Sequence[StageResult], inspection: Inspection) -> Mapping[Category, float]:
    elapsed = dict.fromkeys(Category, 0.0)
    for run in inspection.runs:
        elapsed[run.category] += run.elapsed_ms
    for stage in stages:
        if stage.name == "execution":
            elapsed[Category.BUSINESS_LOGIC] += stage.elapsed_ms
    return elapsed
