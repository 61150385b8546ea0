"""How one run is to be done."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Budgets:
    """Time that each stage may take, in seconds, before it is undecided."""

    admission_s: float = 3.0
    inspection_s: float = 10.0
    analyzer_s: float = 10.0
    execution_s: float = 2.0


@dataclass(frozen=True, slots=True)
class Tuning:
    """Everything that optimization may turn.

    Attributes:
        budgets: how long stages may take.
        cached_results: how many results are kept for sources that come again; 0 for none.
        results_on_disk: whether they are kept on disk too.
        held_back: analyzers that a gate asks only when our own checks have found nothing.
        left_out: project to the engines that are seldom asked there.
    """

    budgets: Budgets = Budgets()
    cached_results: int = 0
    results_on_disk: bool = False
    held_back: tuple[str, ...] = ()
    left_out: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Plan:
    """What the optimization engine makes of the settings and its measurements."""

    tuning: Tuning = Tuning()
    applied: tuple[Mapping[str, Any], ...] = field(default=())

    @property
    def budgets(self) -> Budgets:
        """Time that each stage may take."""
        return self.tuning.budgets
