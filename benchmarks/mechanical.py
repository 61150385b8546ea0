"""Bad files whose problem has a mechanical repair, and good ones that nothing may change."""

from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from autovet import AutonomousAIOrchestrationLayer
from autovet.domain.category import Category
from benchmarks.cases import Case, read_cases, verdicts, weighty
from benchmarks.measure import Measure

MECHANICAL = frozenset(
    {
        "late_binding_closure", "is_literal_comparison", "missing_await", "resource_leak",
        "modified_while_iterating", "http_no_timeout", "commented_out_code", "list_pop0_queue",
        "quadratic_membership", "removed_parameter_asyncio", "timing_unsafe_compare",
        "boundary_off_by_one", "illegal_state_transition",
    }
)  # fmt: skip
"""Kinds whose repair needs no decision about names, messages, figures or the design."""


async def measure_mechanical(
    layer: AutonomousAIOrchestrationLayer, corpora: Path, environment: str | None
) -> list[Measure]:
    """Heal both sides of every pair; a bad one counts when its report is gone and none is new."""
    cases: list[Case] = []
    mechanical: dict[str, tuple[str, Mapping[str, Any]]] = {}
    for category in Category:
        for row in read_cases(corpora / "categories" / f"{category.value}.jsonl"):
            context = {"environment": environment, **row.get("context", {}), "heal": "full"}
            cases.append((f"{row['id']}/good", row["good"], context))
            if row["kind"] in MECHANICAL:
                key = f"{row['id']}/bad"
                cases.append((key, row["bad"], context))
                mechanical[key] = row["kind"], context
    results = await verdicts(layer, cases)
    texts = {k: results[k]["autonomous_healing"]["healed_code"] for k in mechanical}
    again = await verdicts(layer, [(k, t, mechanical[k][1]) for k, t in texts.items() if t])
    healed = [
        key
        for key, after in again.items()
        if len(weighty(after)) < len(weighty(results[key])) and not _new(results[key], after)
    ]
    changed = [
        key
        for key, result in results.items()
        if key.endswith("/good") and result["autonomous_healing"]["healed_code"]
    ]
    left = sorted(kind for key, (kind, _) in mechanical.items() if key not in healed)
    return [
        Measure("mechanical problems healed", f"{len(healed)}/{len(mechanical)}", ", ".join(left)),
        Measure("good files changed by healing", str(len(changed)), ", ".join(changed)),
    ]


def _new(before: Mapping[str, Any], after: Mapping[str, Any]) -> Counter[str]:
    had = Counter(f["rule"] for f in weighty(before))
    return Counter(f["rule"] for f in weighty(after)) - had
