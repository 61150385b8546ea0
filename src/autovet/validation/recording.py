"""What a validation leaves on record."""

from collections import Counter

from autovet.domain.event import ValidationRecord
from autovet.engines.learning.following import scope_marks
from autovet.validation.assessment import Assessment
from autovet.validation.concluding import project_key
from autovet.validation.gating import NOT_ASKED

TIMED = 8
"""The times of single checks stand in one record of so many: they would be most of each record,
and their means over many validations are the same."""


def record_of(
    assessment: Assessment,
    validation_id: str,
    at: float,
    elapsed_ms: float,
    healed: int,
    healed_findings: tuple[str, ...] = (),
    *,
    timed: bool = True,
    explored: tuple[str, ...] = (),
) -> ValidationRecord:
    """The record of one validation; ``at`` in seconds since the epoch, times in milliseconds.

    Args:
        assessment: what was found out.
        validation_id: names it.
        at: the moment.
        elapsed_ms: how long it took.
        healed: how many fixes were applied.
        healed_findings: those that they resolve.
        timed: whether the times of single checks belong to it.
        explored: engines that were asked although they are left out in the project.
    """
    verdict, context = assessment.verdict, assessment.context
    runs = assessment.inspection.runs if timed else ()
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
        statuses={
            category.value: result.status.value
            for category, result in verdict.categories.items()
            if result.reason != NOT_ASKED
        },
        stages=dict(assessment.stages),
        checks={run.check: run.elapsed_ms for run in runs},
        findings=assessment.records,
        applied=Counter(str(rule["by"]) for rule in assessment.applied),
        suppressed=tuple(str(finding["id"]) for finding in assessment.suppressed),
        scopes=scope_marks(anchor.home for anchor in assessment.inspection.anchors),
        healed_findings=healed_findings,
        healed=healed,
        gate=context.gate,
        decided_by=assessment.decided_by,
        paid=assessment.paid,
        left_out=assessment.left_out,
        explored=explored,
    )
