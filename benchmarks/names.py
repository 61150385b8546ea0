"""Invented packages, attributes and arguments against real ones."""

from pathlib import Path

from autovet import AutonomousAIOrchestrationLayer
from benchmarks.cases import Case, read_cases, verdicts
from benchmarks.measure import Measure


async def measure_api_names(
    layer: AutonomousAIOrchestrationLayer, corpora: Path, environment: str | None
) -> list[Measure]:
    """Recall on invented API names and false alarms on real ones, errors only."""
    rows = read_cases(corpora / "api_hallucination.jsonl")
    cases: list[Case] = [
        (row["id"], row["code"], {"environment": environment, "execute": False, "heal": "none"})
        for row in rows
    ]
    results = await verdicts(layer, cases)
    hits = alarms = invented = real = 0
    for row in rows:
        errors = [
            f
            for f in results[row["id"]]["factual_accuracy"]["findings"]
            if f["severity"] == "error"
        ]
        if row["label"] == "real":
            real += 1
            alarms += bool(errors)
        else:
            invented += 1
            hits += any(f["line"] <= row["line"] <= f["end_line"] for f in errors)
    return [
        Measure("invented API names found", f"{hits}/{invented}", f"{100 * hits / invented:.1f}%"),
        Measure("real API names called wrong", f"{alarms}/{real}", f"{100 * alarms / real:.1f}%"),
    ]
