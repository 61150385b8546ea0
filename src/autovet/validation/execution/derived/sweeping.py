"""Tries all probes at once, each function in the same process: quick, and no proof yet."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from autovet.domain.context import Context
from autovet.domain.execution import CallOutcome, Job, Step, StepOutcome
from autovet.domain.probe import Probe

PATH = "probed.py"
SHARE = 0.4
"""The part of the time that one sweep may take by the clock."""


@dataclass
class Swept:
    """The outcomes so far, by expression.

    Attributes:
        loaded: whether the module could be loaded at all.
        broken: whether the process ended before it had told all.
    """

    outcomes: dict[str, CallOutcome] = field(default_factory=dict)
    loaded: bool = True
    broken: bool = False

    def add(self, step: Step, outcome: StepOutcome) -> None:
        """Take in what one step saw."""
        self.loaded = self.loaded and outcome.kind != "import-failed"
        self.broken = outcome.kind in {"timeout", "crashed"}
        for calls, outcomes in zip(step.calls, outcome.calls, strict=False):
            self.outcomes.update(zip(calls, outcomes, strict=False))

    def missing(self, calls: Sequence[str]) -> bool:
        """Whether some of the calls were not made."""
        return any(call not in self.outcomes for call in calls)

    def allowed(self, probe: Probe) -> bool:
        """Whether everything that the call requires is so."""
        return all(
            (asked := self.outcomes.get(text)) is not None and asked.value == ["bool", True]
            for text in probe.requires
        )


def expressions(probe: Probe) -> list[str]:
    """What has to be evaluated for a probe."""
    found = [*probe.requires, probe.sweep or probe.call]
    return found if probe.returns is None else [*found, probe.returns]


def by_function(probes: Sequence[Probe]) -> Mapping[str, list[str]]:
    """The expressions to evaluate for each function, each once."""
    found: dict[str, dict[str, None]] = {}
    for probe in probes:
        found.setdefault(probe.function, {}).update(dict.fromkeys(expressions(probe)))
    return {function: list(texts) for function, texts in found.items()}


def sweep_step(code: str, probes: Sequence[Probe], left_s: float) -> Step:
    """All probes in one process, within a part of the time that is left."""
    return Step(
        "None",
        calls=tuple(map(tuple, by_function(probes).values())),
        calls_s=left_s / 4,
        code=code,
        limit_s=left_s * SHARE,
    )


def job(code: str, steps: Sequence[Step], context: Context, budget_s: float) -> Job:
    """A run of part of the module; it needs none of the project's files."""
    return Job(
        code=code,
        path=PATH,
        steps=tuple(steps),
        root=context.root,
        environment=context.environment if context.environment_trusted else None,
        budget_s=budget_s,
    )
