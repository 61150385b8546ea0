"""Budgets that follow from the distribution of each stage."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from typing import Any

from autovet.domain.plan import Budgets, Tuning
from autovet.engines.optimization.experiments.experiment import Proposal
from autovet.engines.optimization.history import Sample
from autovet.engines.optimization.trends import quantile, stage_series

NEEDED = 100
"""Measurements of a stage that are needed for its 99th percentile to mean something."""
_HEADROOM = 20
_CEILING = 3.0
"""A budget grows to at most this many times its floor, so that hostile input cannot stretch it."""
_RELEVANT = 0.10
_ENOUGH = 200

_NOT_ANALYZERS = frozenset(
    {"total", "parse", "gate", "checks", "execution", "admission", "cache", "disk-cache"}
)
"""Stages that have budgets of their own; all others are analyzers. Admission and execution keep
their defaults: they guard against hostile code, whose behaviour must not set its own limits."""


class StageBudgets:
    """Longer budgets where a stage needs them; kept when fewer or as many stay undecided."""

    name = "budgets"

    def setting(self, tuning: Tuning) -> dict[str, float]:
        """Seconds for each stage."""
        return asdict(tuning.budgets)

    def turned(self, tuning: Tuning, setting: Mapping[str, float]) -> Tuning:
        """The tuning with other budgets; none is lower than its default."""
        floor = asdict(Budgets())
        raised = {name: max(low, float(setting.get(name, low))) for name, low in floor.items()}
        return replace(tuning, budgets=Budgets(**raised))

    def propose(self, samples: Sequence[Sample], tuning: Tuning) -> Proposal | None:
        """Ask for the budgets that the measurements ask for, where these differ by a tenth."""
        wanted, evidence = derived_budgets(stage_series(samples), tuning.budgets)
        if not differ(tuning.budgets, wanted):
            return None
        return Proposal(asdict(wanted), "no more validations stay undecided than before", evidence)

    def benefit(
        self, before: Sequence[Sample], after: Sequence[Sample]
    ) -> tuple[str, Mapping[str, Any]]:
        """Kept after 200 validations without harm."""
        del before
        return ("kept" if len(after) >= _ENOUGH else "on trial"), {}


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
