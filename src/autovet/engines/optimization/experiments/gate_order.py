"""The order of work where only pass or fail is asked for."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from statistics import fmean
from typing import Any

from autovet.domain.plan import Tuning
from autovet.engines.optimization.experiments.experiment import Proposal
from autovet.engines.optimization.history import Sample
from autovet.engines.optimization.rank_test import confidence_of_difference

_OWN = "checks"
_NEEDED = 100
_DEAR = 2.0
"""An engine is held back when a failure that it finds costs so many times one of our own checks."""
_SETTLED_EARLY = 0.2
_ENOUGH = 200
_PAYS = 0.05
_SURE = 0.99


class GateOrder:
    """Asks first what most cheaply finds a failure; the rest only where that found none."""

    name = "gate-order"

    def setting(self, tuning: Tuning) -> list[str]:
        """The engines that are held back."""
        return list(tuning.held_back)

    def turned(self, tuning: Tuning, setting: Any) -> Tuning:
        """The tuning with others held back."""
        return replace(tuning, held_back=tuple(map(str, setting)))

    def propose(self, samples: Sequence[Sample], tuning: Tuning) -> Proposal | None:
        """Hold back what finds a failure at twice the cost, where others find many."""
        gates = [sample for sample in samples if sample.gate]
        if tuning.held_back or len(gates) < _NEEDED:
            return None
        prices = {name: _price(gates, name) for name in _asked(gates)}
        if _OWN not in prices:
            return None
        dear = sorted(name for name, price in prices.items() if price > _DEAR * prices[_OWN])
        early = sum(1 for s in gates if s.decided_by and s.decided_by not in dear) / len(gates)
        if not dear or early < _SETTLED_EARLY:
            return None
        return Proposal(
            dear,
            f"{early:.0%} of the gates fail without {' and '.join(dear)}: holding these back "
            "leaves the processors to others",
            {"n": len(gates), "ms_a_failure": {n: round(p, 1) for n, p in prices.items()}},
        )

    def benefit(
        self, before: Sequence[Sample], after: Sequence[Sample]
    ) -> tuple[str, Mapping[str, Any]]:
        """Milliseconds a line of gates, before and after: kept when a twentieth is won surely."""
        old, new = _per_line(before), _per_line(after)
        effect: dict[str, Any] = {"gates_before": len(old), "gates": len(new)}
        if len(new) < _ENOUGH:
            return "on trial", effect
        won = 1 - fmean(new) / fmean(old) if old else 0.0
        sure = confidence_of_difference(old, new)
        effect |= {"won": round(won, 4), "confidence": round(sure, 4)}
        return ("kept" if won >= _PAYS and sure >= _SURE else "rolled back"), effect


def _asked(gates: Sequence[Sample]) -> set[str]:
    """The engines that were heard to their end at least once, or settled one."""
    return {_OWN} | {
        name for s in gates for name in s.stages if name not in {"parse", "gate", "total"}
    } - {"cache", "disk-cache"}


def _price(gates: Sequence[Sample], name: str) -> float:
    """Milliseconds that are spent with an engine until it settles one gate."""
    spent = [sample.stages[name] for sample in gates if name in sample.stages]
    settled = sum(sample.decided_by == name for sample in gates)
    # one failure more than seen, spread over all: what never failed may fail yet
    return sum(spent) * (len(gates) + 1) / len(gates) / (settled + 1)


def _per_line(samples: Sequence[Sample]) -> list[float]:
    return [s.elapsed_ms / max(1, s.lines) for s in samples if s.gate]
