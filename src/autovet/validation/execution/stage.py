"""The stage that runs the code: plan, run in the sandbox, judge."""

import asyncio
import time
from dataclasses import dataclass, replace

from autovet.domain.category import Category
from autovet.domain.context import Context
from autovet.domain.errors import SandboxUnavailable
from autovet.domain.inspection import Inspection
from autovet.domain.plan import Budgets
from autovet.domain.severity import Severity
from autovet.ports import Sandbox
from autovet.validation.execution.derived.running import run_probes
from autovet.validation.execution.judging import ExecutionReport, judge
from autovet.validation.execution.packing import packed, unpacked
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
        report = await _examples(sandbox, planned)
        # what somebody said comes first, and takes as much of the time as it needs
        spent_s = time.perf_counter() - started
        left_s = max(planned.job.budget_s - spent_s, planned.job.budget_s / 4)
        derived = await run_probes(sandbox, _news(inspection, report), context, text, left_s)
    except SandboxUnavailable as error:
        if not planned.claims:  # nobody asked for a run
            return Executed(StageResult("execution", (), planned.unverified))
        failure = f"the examples were not run: {error}"
        wanted = frozenset({Category.BUSINESS_LOGIC})
        return Executed(StageResult("execution", (), planned.unverified, failure, wanted))
    findings = (*report.findings, *derived.findings)
    stage = StageResult(
        "execution",
        findings,
        (*(u for u in report.unverified if u.what not in derived.rules), *derived.unverified),
        elapsed_ms=_milliseconds(started),
    )
    return Executed(stage, report.held)


async def _examples(sandbox: Sandbox, planned: Planned) -> ExecutionReport:
    if not planned.claims:
        return ExecutionReport(unverified=planned.unverified)
    outcomes = unpacked(planned.job, await sandbox.run(packed(planned.job)))
    return await asyncio.to_thread(judge, planned, outcomes)


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
