"""What a repaired text has to do: every claim that failed must hold, and none may get worse."""

import ast
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from autovet.domain.execution import Step, StepOutcome
from autovet.validation.execution.claim import Claim
from autovet.validation.execution.judgement import Kind, judge_claim
from autovet.validation.execution.planning import Planned

_CUT = 150
"""Characters from which on a result's text may not be whole."""
_FINE = (Kind.HELD, Kind.UNKNOWN)


def _as_written(claim: Claim, outcome: StepOutcome) -> bool:
    """Whether a text or a truth value is exactly what the claim says.

    Reporting forgives other white space, and ``False`` for ``0``; a repair has to be exact.
    """
    if outcome.kind != "returned" or len(outcome.text) >= _CUT:
        return True
    try:
        said = ast.literal_eval((claim.returns or claim.repr_text or "").strip())
        got = ast.literal_eval(outcome.text)
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        return True
    if isinstance(said, bool) is not isinstance(got, bool):
        return False
    return bool(said == got) if isinstance(said, str) else True


@dataclass(slots=True)
class Goal:
    """The claims about a module and how they fared with the original text.

    Attributes:
        outcomes: of every step of the plan, with the original text.
        kinds: how each claim fared.
    """

    planned: Planned
    outcomes: tuple[StepOutcome, ...]
    kinds: tuple[Kind, ...] = field(init=False)
    _seen: dict[tuple[int, int], tuple[StepOutcome, Kind]] = field(default_factory=dict, init=False)

    def __post_init__(self) -> None:
        """Hold the claims against the original's outcomes."""
        self.kinds = tuple(judge_claim(c, self.outcomes).kind for c in self.planned.claims)

    @property
    def failing(self) -> tuple[Claim, ...]:
        """The claims that do not hold; those whose call raised, hung or went wrong."""
        pairs = zip(self.planned.claims, self.kinds, strict=True)
        return tuple(claim for claim, kind in pairs if kind not in _FINE)

    @property
    def positions(self) -> list[int]:
        """The steps that a variant has to be run on: those that failed come first."""
        failing = dict.fromkeys(c.step for c in self.failing)
        return [
            *failing,
            *dict.fromkeys(c.step for c in self.planned.claims if c.step not in failing),
        ]

    @property
    def steps(self) -> list[Step]:
        """The steps at these positions."""
        return [self.planned.job.steps[p] for p in self.positions]

    def reached(self, row: Sequence[StepOutcome]) -> bool:
        """Whether a variant with these outcomes, in the order of ``steps``, does all it has to."""
        kinds = self._kinds(row)
        return all(
            new is Kind.HELD or (new is Kind.UNKNOWN and old is Kind.UNKNOWN)
            for old, new in zip(self.kinds, kinds, strict=True)
        )

    def progress(self, row: Sequence[StepOutcome]) -> int:
        """How many claims hold with these outcomes."""
        return sum(kind is Kind.HELD for kind in self._kinds(row))

    def _kinds(self, row: Sequence[StepOutcome]) -> list[Kind]:
        by_step = dict(zip(self.positions, row, strict=False))
        return [
            self._kind(index, claim, by_step) for index, claim in enumerate(self.planned.claims)
        ]

    def _kind(self, index: int, claim: Claim, by_step: Mapping[int, StepOutcome]) -> Kind:
        outcome = by_step.get(claim.step)
        if outcome is None or outcome.kind in {"timeout", "import-failed", "crashed"}:
            return Kind.CRASHED
        key = (index, id(outcome))
        if key not in self._seen:
            outcomes = list(self.outcomes)
            outcomes[claim.step] = outcome
            # the outcome is kept along with the answer, so that no other one gets its identity
            kind = judge_claim(claim, outcomes).kind
            if kind is Kind.HELD and not _as_written(claim, outcome):
                kind = Kind.RETURNED
            self._seen[key] = outcome, kind
        return self._seen[key][1]
