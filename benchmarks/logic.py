"""Buggy functions and their fixed twins, told apart by running the examples in the docstrings."""

from pathlib import Path

from autovet import AutonomousAIOrchestrationLayer
from benchmarks.cases import Case, read_cases, verdicts
from benchmarks.measure import Measure


async def measure_logic(layer: AutonomousAIOrchestrationLayer, corpora: Path) -> list[Measure]:
    """How many of each side carry an error of ``business_logic``; the tests stay unread."""
    rows = read_cases(corpora / "humanevalfix.jsonl")
    cases: list[Case] = [
        (f"{row['id']}/{side}", row[side], {"heal": "none"})
        for row in rows
        for side in ("buggy", "fixed")
    ]
    results = await verdicts(layer, cases)
    failed = {
        side: sum(
            any(f["severity"] == "error" for f in result["business_logic"]["findings"])
            for key, result in results.items()
            if key.endswith(side)
        )
        for side in ("buggy", "fixed")
    }
    return [
        Measure("buggy functions failed", f"{failed['buggy']}/{len(rows)}"),
        Measure("fixed functions accused", f"{failed['fixed']}/{len(rows)}"),
    ]
