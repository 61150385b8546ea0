"""Where time could be won, derived from the figures."""

from collections.abc import Mapping, Sequence
from statistics import median
from typing import Any

_DOMINANT = 0.2
_NEVER_PAYS_RUNS = 200
_NEVER_PAYS_SHARE = 0.05
_LONG_TAIL = 5.0
_UNDECIDED = 0.05
_NEEDED = 40


def opportunities(
    latencies: Mapping[str, Mapping[str, Any]],
    checks: Sequence[Mapping[str, Any]],
    successes: Mapping[str, Mapping[str, Any]],
    lines: Mapping[str, Any],
) -> list[dict[str, Any]]:
    """What could be better, most to be gained first.

    Args:
        latencies: of the stages and the ``total``.
        checks: every check, slowest first.
        successes: of the categories.
        lines: the change in the size of what is validated, which explains some slow-downs.

    Returns:
        ``what``, ``why``, ``action``, ``expected_gain_ms`` for each validation (None where the gain
        is not time) and the ``evidence``.
    """
    found = [
        *_slowed_down(latencies, lines),
        *_dominant_checks(checks),
        *_checks_that_never_pay(checks),
        *_long_tail(latencies),
        *_undecided(successes),
    ]
    return sorted(found, key=lambda each: -(each["expected_gain_ms"] or 0.0))


def _slowed_down(
    latencies: Mapping[str, Mapping[str, Any]], lines: Mapping[str, Any]
) -> list[dict[str, Any]]:
    total = latencies.get("total", {}).get("change", {})
    if total.get("direction") != "rising":
        return []  # stages run side by side: one that slowed down alone costs nothing
    lost = total["recent_median"] - total["earlier_median"]
    found = []
    for stage, figures in latencies.items():
        change = figures["change"]
        if stage == "total" or change["direction"] != "rising":
            continue
        grown = f"{change['earlier_median']} to {change['recent_median']} ms"
        why = f"its median went from {grown} (confidence {change['confidence']:.3f})"
        if lines.get("direction") == "rising":
            why += f", while the code got longer by {100 * lines['relative']:.0f}%"
        found.append(
            {
                "what": f"stage {stage} has become slower",
                "why": why,
                "action": f"find out what changed in {stage}: version, machine or input",
                "expected_gain_ms": round(
                    min(lost, change["recent_median"] - change["earlier_median"]), 3
                ),
                "evidence": {"stage": dict(change), "total": dict(total), "lines": dict(lines)},
            }
        )
    return found


def _dominant_checks(checks: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    usual = median(check["mean_ms"] for check in checks) if checks else 0.0
    return [
        {
            "what": f"check {check['check']} dominates",
            "why": f"it takes {100 * check['share']:.0f}% of the time of {len(checks)} checks",
            "action": f"make {check['check']} as fast as the others ({usual:.3f} ms)",
            "expected_gain_ms": round(check["mean_ms"] - usual, 3),
            "evidence": dict(check),
        }
        for check in checks
        if len(checks) > 2 / _DOMINANT and check["share"] >= _DOMINANT and check["runs"] >= _NEEDED
    ]


def _checks_that_never_pay(checks: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    return [
        {
            "what": f"check {check['check']} never found anything",
            "why": f"no finding in {check['runs']} runs, {100 * check['share']:.0f}% of the time",
            "action": f"deselect {check['check']} if this kind of code cannot have its problem",
            "expected_gain_ms": round(check["mean_ms"], 3),
            "evidence": dict(check),
        }
        for check in checks
        if check["runs"] >= _NEVER_PAYS_RUNS
        and not check["findings"]
        and check["share"] >= _NEVER_PAYS_SHARE
    ]


def _long_tail(latencies: Mapping[str, Mapping[str, Any]]) -> list[dict[str, Any]]:
    total = latencies.get("total", {})
    if total.get("n", 0) < _NEEDED or total["p95_ms"] < _LONG_TAIL * total["median_ms"]:
        return []
    tails = {
        name: figures["p95_ms"] - figures["median_ms"]
        for name, figures in latencies.items()
        if name != "total" and figures["n"] >= _NEEDED
    }
    if not tails:
        return []
    stage = max(tails, key=lambda name: tails[name])
    gain = 0.05 * min(tails[stage], total["p95_ms"] - total["median_ms"])
    return [
        {
            "what": "one validation in twenty is far slower than the others",
            "why": f"95th percentile {total['p95_ms']} ms, median {total['median_ms']} ms; "
            f"the longest tail is in stage {stage}",
            "action": f"look at the slowest inputs of {stage}: restarts, size or contention",
            "expected_gain_ms": round(gain, 3),
            "evidence": {"total": dict(total), stage: dict(latencies[stage])},
        }
    ]


def _undecided(successes: Mapping[str, Mapping[str, Any]]) -> list[dict[str, Any]]:
    return [
        {
            "what": f"{category} is often undecided",
            "why": f"{figures['undecided']} of {figures['n']} validations",
            "action": "look at the reasons in the results: a crash, or a budget that is short",
            "expected_gain_ms": None,
            "evidence": dict(figures),
        }
        for category, figures in successes.items()
        if figures["n"] >= _NEEDED and figures["undecided"] / figures["n"] > _UNDECIDED
    ]
