"""The stage that runs the code: plan, run in the sandbox, judge."""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace

from autovet.domain.category import Category
from autovet.domain.context import Context
from autovet.domain.errors import SandboxUnavailable
from autovet.domain.execution import Step, StepOutcome
from autovet.domain.inspection import Inspection
from autovet.domain.plan import Budgets
from autovet.domain.severity import Severity
from autovet.ports import Sandbox
from autovet.validation.execution.derived.running import run_probes
from autovet.validation.execution.derived.sweeping import Swept, sweep_step
from autovet.validation.execution.judging import ExecutionReport, judge
from autovet.validation.execution.packing import loading_matters, packed, unpacked
from autovet.validation.execution.planning import Planned, plan_job
from autovet.validation.stage import StageResult


@dataclass(frozen=True, slots=True)
class Executed:
    """The stage's answer, and for each example in order whether it held."""

    stage: StageResult
    held: tuple[bool, ...] = ()


async def run_examples(
    sandbox: Sandbox, inspection: Inspection, context: Context, text: str, budgets: Budgets
) -> Executed:
    """Run what the code and its caller say about it, and calls made up from what it states.

    Nothing is started where there is nothing to run.
    """
    started = time.perf_counter()
    planned = plan_job(inspection, context, text, budgets)
    if not planned.claims and inspection.probes is None:
        return Executed(StageResult("execution", (), planned.unverified))
    try:
        report, swept = await _examples(sandbox, planned, inspection)
        # what somebody said comes first, and takes as much of the time as it needs
        left_s = _left_s(planned, started)
        derived = await run_probes(sandbox, _news(inspection, report), context, text, left_s, swept)
    except SandboxUnavailable as error:
        if not planned.claims:  # nobody asked for a run
            return Executed(StageResult("execution", (), planned.unverified))
        failure = f"the examples were not run: {error}"
        wanted = frozenset({Category.BUSINESS_LOGIC})
        return Executed(StageResult("execution", (), planned.unverified, failure, wanted))
    findings = (*report.findings, *derived.findings)
    # what somebody said and nobody could try is no reason to pass
    open_question = (
        report.unanswered and f"not all that is said of it was tried: {report.unanswered}"
    )
    stage = StageResult(
        "execution",
        findings,
        (*(u for u in report.unverified if u.what not in derived.rules), *derived.unverified),
        open_question,
        frozenset({Category.BUSINESS_LOGIC}) if open_question else frozenset(),
        elapsed_ms=_milliseconds(started),
    )
    return Executed(stage, report.held)


async def _examples(
    sandbox: Sandbox, planned: Planned, inspection: Inspection
) -> tuple[ExecutionReport, Swept | None]:
    """Judge what was said, and sweep over the made-up calls in the same run."""
    if not planned.claims:
        return ExecutionReport(unverified=planned.unverified), None
    started = time.perf_counter()
    job = packed(planned.job)
    probes = inspection.probes
    sweep = None
    if probes is not None and probes.probes:
        sweep = sweep_step(probes.code, probes.probes, job.budget_s)
    asked: Sequence[Step] = job.steps if sweep is None else (*job.steps, sweep)
    outcomes = await sandbox.run(replace(job, steps=tuple(asked)))
    told = outcomes[: len(job.steps)]
    loaded: StepOutcome | None = None
    if loading_matters(told):
        alone = replace(job, steps=(Step("None"),), budget_s=_left_s(planned, started))
        (loaded,) = await sandbox.run(alone)
    swept = None
    if sweep is not None:
        swept = Swept()
        swept.add(sweep, outcomes[-1])
    every = unpacked(planned.job, told, loaded)
    return await asyncio.to_thread(judge, planned, every), swept


def _left_s(planned: Planned, started: float) -> float:
    """What is left of the time, or a quarter of it where no more is left."""
    budget_s = planned.job.budget_s
    return max(budget_s - (time.perf_counter() - started), budget_s / 4)


def _news(inspection: Inspection, report: ExecutionReport) -> Inspection:
    """Without probes of functions that somebody's own example speaks against already."""
    grave = (finding for finding in report.findings if finding.severity is Severity.ERROR)
    spoken_of = {finding.evidence.get("function") for finding in grave}
    if inspection.probes is None or not spoken_of:
        return inspection
    left = tuple(p for p in inspection.probes.probes if p.function not in spoken_of)
    return replace(inspection, probes=replace(inspection.probes, probes=left))


def _milliseconds(started: float) -> float:
    return (time.perf_counter() - started) * 1000
