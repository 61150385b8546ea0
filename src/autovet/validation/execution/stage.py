"""The stage that runs the code: plan, one call of the sandbox, judge."""

import asyncio
import time
from dataclasses import dataclass

from autovet.domain.category import Category
from autovet.domain.context import Context
from autovet.domain.errors import SandboxUnavailable
from autovet.domain.inspection import Inspection
from autovet.domain.plan import Budgets
from autovet.ports import Sandbox
from autovet.validation.execution.judging import judge
from autovet.validation.execution.planning import plan_job
from autovet.validation.stage import StageResult


@dataclass(frozen=True, slots=True)
class Executed:
    """The stage's answer, and for each example in order whether it held."""

    stage: StageResult
    held: tuple[bool, ...] = ()


async def run_examples(
    sandbox: Sandbox, inspection: Inspection, context: Context, text: str, budgets: Budgets
) -> Executed:
    """Run what the code and its caller say about it; nothing is started where they say nothing."""
    started = time.perf_counter()
    planned = plan_job(inspection, context, text, budgets)
    if not planned.claims:
        return Executed(StageResult("execution", (), planned.unverified))
    try:
        outcomes = await sandbox.run(planned.job)
    except SandboxUnavailable as error:
        failure = f"the examples were not run: {error}"
        wanted = frozenset({Category.BUSINESS_LOGIC})
        return Executed(StageResult("execution", (), planned.unverified, failure, wanted))
    report = await asyncio.to_thread(judge, planned, outcomes)
    stage = StageResult(
        "execution", report.findings, report.unverified, elapsed_ms=_milliseconds(started)
    )
    return Executed(stage, report.held)


def _milliseconds(started: float) -> float:
    return (time.perf_counter() - started) * 1000
