"""Code as assistants write it, and what a reviewer thought of every remark about it."""

import tomllib
from pathlib import Path
from typing import Any

from autovet import AutonomousAIOrchestrationLayer
from benchmarks.cases import Case, verdicts, weighty
from benchmarks.measure import Measure

FOLDER = Path(__file__).parent / "generated"
CATEGORIES = frozenset({
    "context_awareness", "consistency", "practicality", "maintainability", "performance",
    "code_quality", "architecture", "integration",
})  # fmt: skip

Remark = tuple[str, str, str]
"""Rule, file and the text of the line: it survives moved lines."""


async def measure_generated(
    layer: AutonomousAIOrchestrationLayer, environment: str | None
) -> list[Measure]:
    """The share of the remarks that a reviewer would make, by ``judgements.toml``."""
    found = await remarks(layer, environment)
    judged = judgements()
    known = [judged[remark] for remark in found if remark in judged]
    unjudged = [remark for remark in found if remark not in judged]
    stale = [remark for remark in judged if remark not in found]
    note = f"{len(unjudged)} not judged, {len(stale)} judgements without a remark"
    if unjudged or stale:
        note += ": " + "; ".join(" ".join(r) for r in [*unjudged, *stale][:10])
    return [
        Measure(
            "remarks on 40 generated files that a reviewer would make",
            f"{sum(known)}/{len(known)} ({100 * sum(known) / max(len(known), 1):.0f}%)",
            note,
        )
    ]


async def remarks(layer: AutonomousAIOrchestrationLayer, environment: str | None) -> list[Remark]:
    """What is said at warning or above, in the eight review categories."""
    files = {str(p.relative_to(FOLDER)): p for p in sorted(FOLDER.glob("*/*.py"))}
    cases: list[Case] = [
        (
            name,
            path.read_text(encoding="utf-8"),
            {"path": path.name, "environment": environment, "execute": False, "heal": "none"},
        )
        for name, path in files.items()
    ]
    results = await verdicts(layer, cases)
    found: list[Remark] = []
    for name, code, _ in cases:
        lines = code.splitlines()
        found += [
            (str(finding["rule"]), name, lines[finding["line"] - 1].strip())
            for finding in weighty(results[name])
            if finding["category"] in CATEGORIES
        ]
    return list(dict.fromkeys(found))


def judgements() -> dict[Remark, bool]:
    """Each judged remark, with whether it is worth making."""
    table: dict[str, Any] = tomllib.loads((FOLDER / "judgements.toml").read_text(encoding="utf-8"))
    return {(r["rule"], r["file"], r["line"]): bool(r["worth"]) for r in table["remark"]}
