"""Budgets that follow from the distribution of each stage."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from typing import Any

from autovet.domain.plan import Budgets
from autovet.engines.optimization.rank_test import chance_of_at_least
from autovet.engines.optimization.trends import quantile

NEEDED = 100
"""Measurements of a stage that are needed for its 99th percentile to mean something."""
_HEADROOM = 20
_CEILING = 3.0
"""A budget grows to at most this many times its floor, so that hostile input cannot stretch it."""
_RELEVANT = 0.10

_NOT_ANALYZERS = frozenset({"total", "parse", "gate", "checks", "execution", "admission"})
"""Stages that have budgets of their own; all others are analyzers. Admission and execution keep
their defaults: they guard against hostile code, whose behaviour must not set its own limits."""

TRIAL_LEAST, TRIAL_ENOUGH = 30, 200
_UNLIKELY = 0.05


def derived_budgets(
    series: Mapping[str, Sequence[float]], current: Budgets
) -> tuple[Budgets, dict[str, Any]]:
    """The budgets that the measurements ask for, and the figures they rest on.

    Each is 20 times the 99th percentile of its slowest stage, within one to three times the
    default; where there is too little to measure it stays what it is.
    """
    default = Budgets()
    evidence: dict[str, Any] = {}
    asked: dict[str, float] = {}
    for stage, values in series.items():
        if not values or (stage in _NOT_ANALYZERS and stage != "checks"):
            continue
        if len(values) < NEEDED:
            evidence[stage] = {"needs": NEEDED, "has": len(values)}
            continue
        p99 = quantile(values, 0.99)
        evidence[stage] = {"n": len(values), "p99_ms": round(p99, 3)}
        name = "inspection_s" if stage == "checks" else "analyzer_s"
        floor: float = getattr(default, name)
        wish = max(floor, min(_HEADROOM * p99 / 1000, _CEILING * floor))
        asked[name] = max(asked.get(name, floor), round(wish, 1))
    return replace(current, **asked), evidence


def differ(one: Budgets, other: Budgets) -> bool:
    """Whether any budget differs by more than a tenth."""
    old, new = asdict(one), asdict(other)
    return any(abs(new[name] - old[name]) > _RELEVANT * old[name] for name in old)


def undecided(flags: Sequence[bool]) -> dict[str, Any]:
    """How many validations were undecided."""
    count = sum(flags)
    return {"n": len(flags), "undecided": count, "rate": count / len(flags) if flags else None}


def verdict_of_trial(before: Mapping[str, Any], after: Mapping[str, Any]) -> str:
    """``on trial``, ``kept`` or ``rolled back``, from the undecided rates before and after.

    Rolled back when as many as after the action would come by chance in fewer than 5% of cases
    with the rate before it.
    """
    if after["n"] < TRIAL_LEAST:
        return "on trial"
    usual = (before["undecided"] + 1) / (before["n"] + 2)
    chance = chance_of_at_least(after["undecided"], after["n"], usual)
    if after["rate"] > (before["rate"] or 0.0) and chance < _UNLIKELY:
        return "rolled back"
    return "kept" if after["n"] >= TRIAL_ENOUGH else "on trial"
