"""What optimization changed, what came of it, and the way back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from autovet.domain.errors import InputError
from autovet.domain.plan import Tuning
from autovet.engines.optimization.experiments.disk_cache import DiskCache
from autovet.engines.optimization.experiments.experiment import Experiment
from autovet.engines.optimization.experiments.gate_order import GateOrder
from autovet.engines.optimization.experiments.left_out import LeftOut
from autovet.engines.optimization.experiments.result_cache import ResultCache
from autovet.engines.optimization.experiments.stage_budgets import StageBudgets
from autovet.engines.optimization.harm import elapsed, harm, undecided
from autovet.engines.optimization.history import Sample

Action = dict[str, Any]


def experiments(loss: float = 0.0) -> tuple[Experiment, ...]:
    """What may be tried, the most promising first.

    Args:
        loss: the share of validations that may lack a finding for the sake of speed.
    """
    return (ResultCache(), DiskCache(), GateOrder(), LeftOut(loss), StageBudgets())


EXPERIMENTS = experiments()

_MOST_ACTIONS = 50
_BEFORE = 500
COOL_DOWN_S = 86_400.0
"""After a change was taken back, it is not tried again for a day."""
_IN_EFFECT = {"on trial", "kept"}


@dataclass(slots=True)
class Actions:
    """The tuning in force and the actions that led to it, oldest first.

    An action has ``id``, ``kind``, ``hypothesis``, ``at``, ``state`` (``on trial``, ``kept``,
    ``rolled back``, ``reverted``, ``superseded``), ``before`` and ``after`` (the setting),
    ``evidence``, ``undecided_before`` and ``_after``, ``elapsed_before`` and ``_after``, the
    ``effect`` that was measured and, where it was taken back, the ``harm``.
    One trial runs at a time, so that its effect is not mistaken for another's.
    """

    tuning: Tuning = field(default_factory=Tuning)
    taken: list[Action] = field(default_factory=list)
    experiments: tuple[Experiment, ...] = EXPERIMENTS

    @property
    def in_effect(self) -> tuple[Action, ...]:
        """The actions that shape the present plan."""
        return tuple(action for action in self.taken if action["state"] in _IN_EFFECT)

    def judge(self, samples: Sequence[Sample], now: float) -> Action | None:
        """Look at the action on trial; returns it when its trial has ended."""
        action = next((a for a in self.taken if a["state"] == "on trial"), None)
        if action is None:
            return None
        earlier = [sample for sample in samples if sample.at <= action["at"]][-_BEFORE:]
        after = [sample for sample in samples if sample.at > action["at"]]
        action["undecided_after"], action["elapsed_after"] = undecided(after), elapsed(after)
        damage = harm(action["undecided_before"], earlier, after)
        state, effect = self._experiment(action).benefit(earlier, after)
        action["effect"] = dict(effect)
        if damage:
            action["harm"], state = damage, "rolled back"
        if state == "on trial":
            return None
        self._end(action, state, now)
        return action

    def propose(self, samples: Sequence[Sample], now: float) -> Action | None:
        """Apply what the measurements ask for first; returns the action, if there is one."""
        if any(action["state"] == "on trial" for action in self.taken):
            return None
        for experiment in self.experiments:
            if any(self._rests(a, now) for a in self.taken if a["kind"] == experiment.name):
                continue
            proposal = experiment.propose(samples, self.tuning)
            if proposal is None:
                continue
            number = 1 + max((action["number"] for action in self.taken), default=0)
            action: Action = {
                "id": f"{experiment.name}-{number}",
                "number": number,
                "kind": experiment.name,
                "hypothesis": proposal.hypothesis,
                "at": now,
                "state": "on trial",
                "before": experiment.setting(self.tuning),
                "after": proposal.after,
                "evidence": dict(proposal.evidence),
                "undecided_before": undecided(samples[-_BEFORE:]),
                "undecided_after": undecided([]),
                "elapsed_before": elapsed(samples[-_BEFORE:]),
                "elapsed_after": elapsed([]),
                "effect": {},
            }
            for older in self.in_effect:
                if older["kind"] == experiment.name:
                    older["state"] = "superseded"
            self.taken = [*self.taken, action][-_MOST_ACTIONS:]
            self.tuning = experiment.turned(self.tuning, proposal.after)
            return action
        return None

    def revert(self, action_id: str, now: float) -> Action:
        """Go back to the setting before the action.

        Raises:
            InputError: there is no such action in effect.
        """
        for action in self.in_effect:
            if action["id"] == action_id:
                self._end(action, "reverted", now)
                return action
        known = ", ".join(action["id"] for action in self.in_effect) or "none"
        raise InputError(f"no action {action_id!r} is in effect; in effect: {known}")

    def _end(self, action: Action, state: str, now: float) -> None:
        action["state"] = state
        action["ended_at"] = now
        if state in {"rolled back", "reverted"}:
            self.tuning = self._experiment(action).turned(self.tuning, action["before"])

    def _rests(self, action: Action, now: float) -> bool:
        taken_back = action["state"] in {"rolled back", "reverted"}
        return taken_back and now - float(action["ended_at"]) < COOL_DOWN_S

    def _experiment(self, action: Action) -> Experiment:
        return next(each for each in self.experiments if each.name == action["kind"])

    def as_state(self) -> dict[str, Any]:
        """Everything, JSON-serialisable."""
        settings = {each.name: each.setting(self.tuning) for each in self.experiments}
        return {"settings": settings, "taken": self.taken}

    @classmethod
    def from_state(
        cls, state: Mapping[str, Any], experiments: tuple[Experiment, ...] = EXPERIMENTS
    ) -> "Actions":
        """What ``as_state`` gave; experiments that are not known any more are left out."""
        tuning = Tuning()
        saved = state.get("settings", {})
        for each in experiments:
            if each.name in saved:
                tuning = each.turned(tuning, saved[each.name])
        names = {each.name for each in experiments}
        taken = [dict(action) for action in state.get("taken", ()) if action["kind"] in names]
        return cls(tuning, taken, experiments)
