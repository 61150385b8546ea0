"""What healing did, in the form that stands in the result."""

from collections.abc import Mapping, Sequence
from typing import Any

from autovet.domain.context import Context
from autovet.domain.finding import Finding
from autovet.domain.healing import Candidate, Healing
from autovet.domain.severity import Severity
from autovet.engines.healing.proof import Judged
from autovet.engines.healing.proposals import Proposal, applied
from autovet.engines.healing.repair import Search
from autovet.engines.healing.repairing import Offer
from autovet.engines.healing.trying import Trial
from autovet.source.diff import unified_diff


def healing_report(
    trial: Trial, issues: tuple[Mapping[str, Any], ...], found: Search, offer: Offer
) -> Healing:
    """Tell what was kept, what was refused, what is offered and what is left."""
    original, current, context = trial.original, trial.current, trial.context
    return Healing(
        issues_detected=issues,
        healing_applied=tuple(_as_applied(p, current) for p in trial.kept),
        refused=(
            *(
                {"finding": p.finding.id, "rule": p.finding.rule, "why": why}
                for p, why in (*trial.refused, *_waiting(trial))
            ),
            *({"finding": "", "rule": "search", "why": why} for why in offer.refused),
        ),
        recovery_successful=current.complete and not _failing(current.findings, context),
        healed_code=current.text if trial.kept else None,
        diff=unified_diff(original.text, current.text, context.path) if trial.kept else "",
        recommendations=_advice(current, (*trial.refused, *_waiting(trial))),
        candidates=(*offer.candidates, *_refused_texts(trial)),
        questions=() if offer.candidates == () else found.questions,
    )


def _as_applied(proposal: Proposal, current: Judged) -> Mapping[str, Any]:
    return {
        "finding": proposal.finding.id,
        "rule": proposal.finding.rule,
        "line": proposal.finding.span.line,
        "action": proposal.fix.message,
        "safety": "proven",
        "why": "judged again in all categories: the finding is gone, none is new, "
        f"{sum(current.held)} of {len(current.held)} examples hold"
        + (f"; {proposal.why}" if proposal.why else ""),
    }


def _waiting(trial: Trial) -> list[tuple[Proposal, str]]:
    """What was left alone to the end."""
    there = {f.id for f in trial.current.findings}
    return [(p, why) for p, why in trial.waiting.values() if p.finding.id in there]


def _refused_texts(trial: Trial) -> tuple[Candidate, ...]:
    """What was tried and not taken, for a person to look at."""
    before, path = trial.original.text, trial.context.path
    return tuple(
        Candidate(text, unified_diff(before, text, path), "likely", why)
        for p, why in trial.refused
        if p.finding in trial.original.findings
        and (text := applied(before, [p])) is not None
        and text != before
    )


def unchanged_report(
    issues: tuple[Mapping[str, Any], ...], findings: Sequence[Finding], context: Context
) -> Healing:
    """Tell that nothing was tried."""
    return Healing(issues_detected=issues, recovery_successful=not _failing(findings, context))


def _failing(findings: Sequence[Finding], context: Context) -> bool:
    limit = Severity(context.fail_on).rank
    return any(f.severity.rank >= limit for f in findings)


def _advice(current: Judged, refused: Sequence[tuple[Proposal, str]]) -> tuple[str, ...]:
    """Name what is left for a person: grave findings without a proven fix."""
    tried = {p.finding.id: why for p, why in refused}
    return tuple(
        f"line {f.span.line}: {f.message}"
        + (f" (its fix was not taken: {tried[f.id]})" if f.id in tried else "")
        for f in current.findings
        if f.severity is not Severity.INFO
    )


def issue_of(finding: Finding) -> Mapping[str, Any]:
    """A finding as it stands among the detected issues."""
    return {
        "kind": "finding",
        "finding": finding.id,
        "rule": finding.rule,
        "category": finding.category.value,
        "severity": finding.severity.value,
        "line": finding.span.line,
        "message": finding.message,
    }


def issues_in(result: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The findings of an encoded result, as issues."""
    return [
        {"kind": "finding"}
        | {key: finding.get(key) for key in ("rule", "category", "severity", "line", "message")}
        | {"finding": finding.get("id")}
        for part in result.values()
        if isinstance(part, Mapping)
        for finding in part.get("findings", ())
    ]


def as_mapping(healing: Healing) -> dict[str, Any]:
    """The mapping that stands in the result under ``autonomous_healing``."""
    return {
        "issues_detected": [dict(i) for i in healing.issues_detected],
        "healing_applied": [dict(a) for a in healing.healing_applied],
        "refused": [dict(r) for r in healing.refused],
        "recovery_successful": healing.recovery_successful,
        "healed_code": healing.healed_code,
        "diff": healing.diff,
        "recommendations": list(healing.recommendations),
        "candidates": [
            {"code": c.code, "diff": c.diff, "safety": c.safety, "why": c.why}
            for c in healing.candidates
        ],
        "questions": [dict(q) for q in healing.questions],
    }
