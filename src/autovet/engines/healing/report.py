"""What healing did, in the form that stands in the result."""

from collections.abc import Mapping, Sequence
from typing import Any

from autovet.domain.context import Context
from autovet.domain.finding import Finding
from autovet.domain.healing import Candidate, Healing
from autovet.domain.severity import Severity
from autovet.engines.healing.proof import Judged
from autovet.engines.healing.proposals import Proposal, applied
from autovet.source.diff import unified_diff


def healing_report(
    original: Judged,
    current: Judged,
    kept: Sequence[Proposal],
    refused: Sequence[tuple[Proposal, str]],
    issues: tuple[Mapping[str, Any], ...],
    context: Context,
) -> Healing:
    """Tell what was kept, what was refused and what is left."""
    return Healing(
        issues_detected=issues,
        healing_applied=tuple(
            {
                "finding": p.finding.id,
                "rule": p.finding.rule,
                "line": p.finding.span.line,
                "action": p.finding.fix.message if p.finding.fix else "",
                "safety": "proven",
                "why": "judged again in all categories: the finding is gone, none is new, "
                f"{sum(current.held)} of {len(current.held)} examples hold",
            }
            for p in kept
        ),
        refused=tuple(
            {"finding": p.finding.id, "rule": p.finding.rule, "why": why} for p, why in refused
        ),
        recovery_successful=current.complete and not _failing(current.findings, context),
        healed_code=current.text if kept else None,
        diff=unified_diff(original.text, current.text, context.path) if kept else "",
        recommendations=_advice(current, refused),
        candidates=tuple(
            Candidate(
                code=text,
                diff=unified_diff(original.text, text, context.path),
                safety="likely",
                why=why,
            )
            for p, why in refused
            if (text := applied(original.text, [p])) is not None and text != original.text
        ),
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
        + (f" (its fix was refused: {tried[f.id]})" if f.id in tried else "")
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
