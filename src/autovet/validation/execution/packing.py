"""Leaves out of a job what can be told without a process: loading alone, and plain values."""

from collections.abc import Sequence
from dataclasses import replace

from autovet.domain.execution import Job, Step, StepOutcome
from autovet.validation.execution.literals import literal_outcome

_LOADED = StepOutcome("returned", value=["none"], text="None")


def packed(job: Job) -> Job:
    """The job without its first step, which only loads the module, and its plain values."""
    rest = tuple(step for step in job.steps[1:] if _plain(step) is None)
    return replace(job, steps=rest) if rest else replace(job, steps=job.steps[:1])


def loading_matters(outcomes: Sequence[StepOutcome]) -> bool:
    """Whether the outcomes can be told only by what loading the module does by itself."""
    return any(
        o.kind in {"timeout", "crashed"} or (o.kind == "returned" and o.stdout) for o in outcomes
    )


def unpacked(
    job: Job, outcomes: Sequence[StepOutcome], loaded: StepOutcome | None = None
) -> tuple[StepOutcome, ...]:
    """One outcome for each step of the job that was packed, in its order.

    Args:
        job: the job before it was packed.
        outcomes: those of the packed one.
        loaded: the outcome of its first step, where that was run.
    """
    rest = iter(outcomes)
    first = loaded or _LOADED
    if outcomes[0].kind == "import-failed":
        first = outcomes[0]
    failed = first.kind == "import-failed"
    found = [first]
    for step in job.steps[1:]:
        plain = _plain(step)
        found.append(next(rest) if plain is None else first if failed else plain)
    return tuple(found)


def _plain(step: Step) -> StepOutcome | None:
    """The value of a literal, which nothing can disturb."""
    if step.setup or step.check is not None or step.code is not None:
        return None
    return literal_outcome(step.expression)
