"""Engines that found nothing in a project for long are seldom asked there."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from autovet.domain.plan import Tuning
from autovet.engines.optimization.experiments.experiment import Proposal
from autovet.engines.optimization.history import Sample

_SURE = 3.0
"""With nothing in n cases, a rate is below 3/n with a confidence of 95% (the rule of three)."""
_LEAST = 100
_EXPLORED = 20
_RETURNED = 100


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Leaves an engine out of a project, but for one validation in twenty.

    It returns as soon as one of those shows a finding that nobody else reported.

    Args:
        loss: the share of validations that may lack a finding; 0 for none, and nothing is left out.
    """

    loss: float = 0.0

    @property
    def name(self) -> str:
        """The beginning of the ids of its actions."""
        return "left-out"

    def setting(self, tuning: Tuning) -> dict[str, list[str]]:
        """Project to the engines that are left out there."""
        return {project: list(names) for project, names in tuning.left_out.items()}

    def turned(self, tuning: Tuning, setting: Any) -> Tuning:
        """The tuning with others; nothing where no loss is allowed any more."""
        allowed = setting if self.loss > 0 else {}
        return replace(tuning, left_out={p: tuple(names) for p, names in allowed.items()})

    def propose(self, samples: Sequence[Sample], tuning: Tuning) -> Proposal | None:
        """Let return what was missed; else leave out what surely stays within the loss."""
        if self.loss <= 0:
            return None
        present = self.setting(tuning)
        for project, names in present.items():
            for name in names:
                if any(name in s.explored and s.paid.get(name) for s in _of(samples, project)):
                    left = [each for each in names if each != name]
                    after = {p: n for p, n in (present | {project: left}).items() if n}
                    why = f"{name} finds something in {project} again"
                    return Proposal(after, why, {"project": project, "engine": name})
        for project in sorted({sample.project for sample in samples}):
            for name in sorted({n for s in samples for n in s.paid}):
                asked = [s for s in _of(samples, project) if name in s.paid]
                if name in present.get(project, ()) or any(s.paid[name] for s in asked):
                    continue
                if len(asked) >= max(_LEAST, _SURE / self.loss):
                    return Proposal(
                        present | {project: [*present.get(project, ()), name]},
                        f"{name} found nothing of its own in {project} in {len(asked)} "
                        f"validations: at most {_SURE / len(asked):.2%} lose a finding",
                        {"project": project, "engine": name, "n": len(asked), "loss": self.loss},
                    )
        return None

    def benefit(
        self, before: Sequence[Sample], after: Sequence[Sample]
    ) -> tuple[str, Mapping[str, Any]]:
        """Kept when those asked all the same found nothing; or when all is asked again."""
        del before
        explored = [sample for sample in after if sample.explored]
        missed = sum(1 for s in explored if any(s.paid.get(name) for name in s.explored))
        left_out = sum(1 for sample in after if sample.left_out)
        effect = {"left_out": left_out, "explored": len(explored), "missed": missed}
        if missed:
            return "rolled back", effect
        returned = not left_out and not explored and len(after) >= _RETURNED
        return ("kept" if returned or len(explored) >= _EXPLORED else "on trial"), effect


def _of(samples: Sequence[Sample], project: str) -> list[Sample]:
    return [sample for sample in samples if sample.project == project]
