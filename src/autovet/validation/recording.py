"""What a validation leaves on record."""

from collections import Counter

from autovet.domain.event import ValidationRecord
from autovet.engines.learning.following import scope_marks
from autovet.validation.assessing import project_key
from autovet.validation.assessment import Assessment


def record_of(
    assessment: Assessment,
    validation_id: str,
    at: float,
    elapsed_ms: float,
    healed: int,
    healed_findings: tuple[str, ...] = (),
) -> ValidationRecord:
    """The record of one validation; ``at`` in seconds since the epoch, times in milliseconds."""
    verdict, context = assessment.verdict, assessment.context
    return ValidationRecord(
        validation_id=validation_id,
        at=at,
        decision=verdict.decision.value,
        elapsed_ms=elapsed_ms,
        source_sha256=assessment.source.sha256,
        path=context.path,
        project=project_key(context),
        generator=context.generator or "",
        lines=assessment.inspection.lines,
        statuses={c.value: r.status.value for c, r in verdict.categories.items()},
        stages=dict(assessment.stages),
        checks={run.check: run.elapsed_ms for run in assessment.inspection.runs},
        findings=assessment.records,
        applied=Counter(str(rule["by"]) for rule in assessment.applied),
        suppressed=tuple(str(finding["id"]) for finding in assessment.suppressed),
        scopes=scope_marks(anchor.home for anchor in assessment.inspection.anchors),
        healed_findings=healed_findings,
        healed=healed,
    )
