"""Evaluates all plain expected values of a job in its first step: a process less for each."""

import ast
from collections.abc import Sequence
from dataclasses import replace

from autovet.domain.execution import CallOutcome, Job, Step, StepOutcome

_LONGEST = 500
"""Characters; a longer value may not fit into the answer to one of many calls."""


def packed(job: Job) -> Job:
    """The job with its plain values moved into the first step, which only loads the module."""
    values = tuple(step.expression for step in job.steps[1:] if _is_value(step))
    if not values:
        return job
    first = replace(job.steps[0], calls=(values,), calls_s=job.budget_s)
    rest = (step for step in job.steps[1:] if not _is_value(step))
    return replace(job, steps=(first, *rest))


def unpacked(job: Job, outcomes: Sequence[StepOutcome]) -> tuple[StepOutcome, ...]:
    """One outcome for each step of the job that was packed, in its order."""
    if len(outcomes) == len(job.steps):
        return tuple(outcomes)
    first, rest = outcomes[0], iter(outcomes[1:])
    values = iter(call for group in first.calls for call in group)
    bare = replace(first, calls=())
    found = [bare]
    for step in job.steps[1:]:
        if _is_value(step):
            value = next(values, None)
            found.append(bare if value is None else _as_step(value, first))
        else:
            found.append(next(rest))
    return tuple(found)


def _as_step(value: CallOutcome, first: StepOutcome) -> StepOutcome:
    return StepOutcome(
        kind="returned" if value.kind == "returned" else "raised",
        value=value.value,
        text=value.text,
        error=value.error,
        error_bases=value.error_bases,
        message=value.message,
        stdout=first.stdout,
        elapsed_ms=first.elapsed_ms,
    )


def _is_value(step: Step) -> bool:
    """Whether the step's expression is a literal, which no other can disturb."""
    if step.setup or step.check is not None or len(step.expression) > _LONGEST:
        return False
    try:
        ast.literal_eval(step.expression.strip())
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        return False
    return True
