"""What the measurements say, in figures."""

import math
from collections import Counter
from collections.abc import Sequence
from statistics import median
from typing import Any

from autovet.engines.optimization.history import CheckBlock, Sample
from autovet.engines.optimization.rank_test import confidence_of_difference

NEEDED = 40
"""Measurements that are needed before recent ones are compared with earlier ones."""
_LEAST_RECENT = 10
_MOST_RECENT = 500
_SURE = 0.99
_RELEVANT = 0.10
"""A change of less than a tenth is called steady, however sure."""


def quantile(values: Sequence[float], share: float) -> float:
    """The smallest value that at least ``share`` of the values do not exceed."""
    return sorted(values)[max(0, math.ceil(share * len(values)) - 1)]


def stage_series(samples: Sequence[Sample]) -> dict[str, list[float]]:
    """The milliseconds of each stage over time, and of the whole as ``total``."""
    series: dict[str, list[float]] = {"total": [sample.elapsed_ms for sample in samples]}
    for sample in samples:
        for stage, elapsed in sample.stages.items():
            series.setdefault(stage, []).append(elapsed)
    return series


def latency(values: Sequence[float]) -> dict[str, Any]:
    """Number, median and 95th percentile in milliseconds, and the change lately."""
    summary: dict[str, Any] = {"n": len(values)}
    if values:
        summary["median_ms"] = round(median(values), 3)
        summary["p95_ms"] = round(quantile(values, 0.95), 3)
    return summary | {"change": change(values)}


def change(values: Sequence[float]) -> dict[str, Any]:
    """The last quarter of the values against those before it."""
    if len(values) < NEEDED:
        return {"direction": "unknown", "needs": NEEDED, "has": len(values)}
    size = min(max(_LEAST_RECENT, len(values) // 4), _MOST_RECENT)
    earlier, recent = values[:-size], values[-size:]
    before, now = median(earlier), median(recent)
    relative = now / before - 1 if before > 0 else 0.0
    confidence = confidence_of_difference(earlier, recent)
    direction = "steady"
    if confidence >= _SURE and abs(relative) >= _RELEVANT:
        direction = "rising" if relative > 0 else "falling"
    return {
        "direction": direction,
        "earlier_median": round(before, 3),
        "recent_median": round(now, 3),
        "relative": round(relative, 4),
        "confidence": round(confidence, 5),
        "recent_n": size,
    }


def success(samples: Sequence[Sample]) -> dict[str, dict[str, Any]]:
    """For each category how often it passed, failed and stayed undecided.

    ``pass_rate`` is among those decided, ``decided_rate`` among all.
    """
    tallies: dict[str, Counter[str]] = {}
    for sample in samples:
        for category, status in sample.statuses.items():
            tallies.setdefault(category, Counter())[status] += 1
    found = {}
    for category, tally in tallies.items():
        decided, total = tally["passed"] + tally["failed"], tally.total()
        found[category] = {
            "n": total,
            "passed": tally["passed"],
            "failed": tally["failed"],
            "undecided": tally["undecided"],
            "pass_rate": round(tally["passed"] / decided, 4) if decided else None,
            "decided_rate": round(decided / total, 4),
        }
    return found


def checks(blocks: Sequence[CheckBlock]) -> list[dict[str, Any]]:
    """Every check with its share of the time of all checks and what it found, slowest first."""
    elapsed: Counter[str] = Counter()
    runs: Counter[str] = Counter()
    found: Counter[str] = Counter()
    for block in blocks:
        elapsed.update(block.elapsed_ms)
        runs.update(block.runs)
        found.update(block.findings)
    total = math.fsum(elapsed.values())
    ordered = sorted(elapsed.items(), key=lambda item: (-item[1], item[0]))
    return [
        {
            "check": check,
            "share": round(spent / total, 4) if total else 0.0,
            "mean_ms": round(spent / runs[check], 4),
            "runs": runs[check],
            "findings": found[check],
            "findings_per_ms": round(found[check] / spent, 5) if spent else None,
        }
        for check, spent in ordered
    ]


def findings_per_ms(samples: Sequence[Sample]) -> float | None:
    """Findings for each millisecond of validation; None without a measurement."""
    spent = math.fsum(sample.elapsed_ms for sample in samples)
    return round(sum(sample.findings for sample in samples) / spent, 6) if spent else None
