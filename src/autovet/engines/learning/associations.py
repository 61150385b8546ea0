"""Association rules: what a generator gets wrong more often than others do."""

from collections import Counter
from typing import Any

from autovet.engines.learning.patterns import Patterns

LEAST_COUNT = 3
LEAST_LIFT = 1.2


def associations(patterns: Patterns, generator: str | None = None) -> list[dict[str, Any]]:
    """Return ``{if, then, count, support, confidence, lift}`` each, strongest first.

    Support is the share of all validations in which both hold, confidence the share of those with
    the first in which the second holds, lift how many times that is what it is overall.

    Args:
        patterns: the counts.
        generator: only what is said of this one; None for all.
    """
    total = patterns.validations.total()
    by_generator: Counter[str] = Counter()
    by_rule: Counter[str] = Counter()
    both: Counter[tuple[str, str]] = Counter()
    for (_, who), count in patterns.validations.items():
        by_generator[who] += count
    for (rule, _, who), count in patterns.counts.items():
        by_rule[rule] += count
        both[who, rule] += count
    found = [
        _association({"generator": who}, rule, count, by_generator[who], by_rule[rule], total)
        for (who, rule), count in both.items()
        if who and generator in {None, who}
    ]
    if generator is None:
        for (one, other), count in patterns.pairs.items():
            for first, second in ((one, other), (other, one)):
                found.append(
                    _association(
                        {"rule": first}, second, count, by_rule[first], by_rule[second], total
                    )
                )
    kept = [a for a in found if a["count"] >= LEAST_COUNT and a["lift"] >= LEAST_LIFT]
    return sorted(kept, key=lambda a: (-a["lift"] * a["support"], str(a["if"]), a["then"]))


def _association(
    condition: dict[str, str], rule: str, count: int, condition_total: int, overall: int, total: int
) -> dict[str, Any]:
    confidence = count / max(condition_total, 1)
    return {
        "if": condition,
        "then": rule,
        "count": count,
        "support": round(count / max(total, 1), 4),
        "confidence": round(confidence, 4),
        "lift": round(confidence * total / max(overall, 1), 2),
    }
