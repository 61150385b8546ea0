"""Buggy functions repaired without a model, judged by tests that the product never sees."""

import statistics
import time
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from autovet import AutonomousAIOrchestrationLayer
from autovet.adapters.sandbox.zygote_sandbox import ZygoteSandbox
from autovet.domain.execution import Job, Step, StepOutcome
from benchmarks.cases import read_cases
from benchmarks.measure import Measure

_TEST_S = 8.0


async def measure_repair(layer: AutonomousAIOrchestrationLayer, corpora: Path) -> list[Measure]:
    """First answers, proven ones, and answers after one question, on all functions."""
    rows = read_cases(corpora / "humanevalfix.jsonl")
    counts: Counter[str] = Counter()
    seconds: list[float] = []
    sandbox = ZygoteSandbox()
    try:
        for row in rows:
            started = time.perf_counter()
            healing = await _healed(layer, row["buggy"])
            seconds.append(time.perf_counter() - started)
            counts += await _judged(layer, sandbox, row, healing)
            untouched = await _healed(layer, row["fixed"])
            counts["fixed functions changed"] += untouched["healed_code"] is not None
    finally:
        await sandbox.aclose()
    total = len(rows)
    return [
        Measure("buggy functions repaired by the first answer", f"{counts['first']}/{total}"),
        Measure("called proven", f"{counts['proven']}/{total}"),
        Measure("called proven and wrong", str(counts["proven and wrong"])),
        Measure("repaired after at most one question", f"{counts['answered']}/{total}"),
        Measure("questions asked", str(counts["asked"])),
        Measure("fixed functions changed", str(counts["fixed functions changed"])),
        Measure("seconds a buggy function, median", f"{statistics.median(seconds):.1f}"),
        Measure("seconds a buggy function, 90%", f"{statistics.quantiles(seconds, n=10)[-1]:.1f}"),
    ]


async def _healed(
    layer: AutonomousAIOrchestrationLayer, code: str, **context: Any
) -> Mapping[str, Any]:
    result = await layer.autonomous_orchestrate_validation(code, {"heal": "full", **context})
    healing: Mapping[str, Any] = result["autonomous_healing"]
    return healing


async def _judged(
    layer: AutonomousAIOrchestrationLayer,
    sandbox: ZygoteSandbox,
    row: Mapping[str, Any],
    healing: Mapping[str, Any],
) -> Counter[str]:
    counts: Counter[str] = Counter()
    proven = healing["healed_code"]
    right = await _passes(sandbox, first_answer(healing), row["tests"])
    counts["first"] = right
    counts["proven"] = proven is not None
    counts["proven and wrong"] = proven is not None and not right
    if proven is None and healing["questions"]:
        call = healing["questions"][0]["call"]
        (outcome,) = await sandbox.run(Job(row["fixed"], "fixed.py", (Step(call),)))
        counts["asked"] = 1
        answered = await _healed(layer, row["buggy"], examples=[_example(call, outcome)])
        right = await _passes(sandbox, first_answer(answered), row["tests"])
    counts["answered"] = right
    return counts


def first_answer(healing: Mapping[str, Any]) -> str | None:
    """The proven text, else the best that is offered."""
    offered = [c["code"] for c in healing["candidates"]]
    proven: str | None = healing["healed_code"]
    return proven if proven is not None else next(iter(offered), None)


def _example(call: str, outcome: StepOutcome) -> dict[str, str]:
    if outcome.kind == "returned":
        return {"call": call, "returns": outcome.text}
    return {"call": call, "raises": outcome.error}


async def _passes(sandbox: ZygoteSandbox, code: str | None, tests: str) -> bool:
    if code is None:
        return False
    job = Job(f"{code}\n{tests}\n", "judged.py", (Step("None"),), budget_s=_TEST_S)
    (outcome,) = await sandbox.run(job)
    return outcome.kind == "returned"
