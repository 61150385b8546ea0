"""The shape of an experiment."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from autovet.domain.plan import Tuning
from autovet.engines.optimization.history import Sample


@dataclass(frozen=True, slots=True)
class Proposal:
    """What to change.

    Attributes:
        after: the new setting, JSON-serialisable.
        hypothesis: what the change is expected to bring.
        evidence: the figures that this rests on.
    """

    after: Any
    hypothesis: str
    evidence: Mapping[str, Any]


class Experiment(Protocol):
    """One thing that can be turned."""

    @property
    def name(self) -> str:
        """The beginning of the ids of its actions."""
        ...

    def setting(self, tuning: Tuning) -> Any:
        """The present setting, JSON-serialisable."""
        ...

    def turned(self, tuning: Tuning, setting: Any) -> Tuning:
        """The tuning with another setting."""
        ...

    def propose(self, samples: Sequence[Sample], tuning: Tuning) -> Proposal | None:
        """What the measurements ask for, if anything."""
        ...

    def benefit(
        self, before: Sequence[Sample], after: Sequence[Sample]
    ) -> tuple[str, Mapping[str, Any]]:
        """``on trial``, ``kept`` or ``rolled back``, and the effect that was measured."""
        ...
