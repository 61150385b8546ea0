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
    """

    budgets: Budgets = Budgets()
    cached_results: int = 0


@dataclass(frozen=True, slots=True)
class Plan:
    """What the optimization engine makes of the settings and its measurements."""

    tuning: Tuning = Tuning()
    applied: tuple[Mapping[str, Any], ...] = field(default=())

    @property
    def budgets(self) -> Budgets:
        """Time that each stage may take."""
        return self.tuning.budgets
