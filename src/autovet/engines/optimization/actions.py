"""What optimization changed, what came of it, and the way back."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from autovet.domain.errors import InputError
from autovet.domain.plan import Budgets
from autovet.engines.optimization.budgeting import (
    derived_budgets,
    differ,
    undecided,
    verdict_of_trial,
)
from autovet.engines.optimization.history import Sample

Action = dict[str, Any]

_MOST_ACTIONS = 50
_BEFORE = 500
COOL_DOWN_S = 86_400.0
"""After a change was taken back, nothing is tried for a day."""
_IN_EFFECT = {"on trial", "kept"}


@dataclass(slots=True)
class Actions:
    """The budgets in force and the actions that led to them, oldest first.

    An action has ``id``, ``kind``, ``at``, ``state`` (``on trial``, ``kept``, ``rolled back``,
    ``reverted``, ``superseded``), ``before`` and ``after`` (seconds for each stage), ``evidence``,
    ``undecided_before`` and ``undecided_after``.
    """

    budgets: Budgets = field(default_factory=Budgets)
    taken: list[Action] = field(default_factory=list)

    @property
    def in_effect(self) -> tuple[Action, ...]:
        """The actions that shape the present plan."""
        return tuple(action for action in self.taken if action["state"] in _IN_EFFECT)

    def judge(self, samples: Iterable[Sample], now: float) -> Action | None:
        """Look at the action on trial; returns it when its trial has ended."""
        action = next((a for a in self.taken if a["state"] == "on trial"), None)
        if action is None:
            return None
        after = undecided([sample.undecided for sample in samples if sample.at > action["at"]])
        action["undecided_after"] = after
        state = verdict_of_trial(action["undecided_before"], after)
        if state == "on trial":
            return None
        self._end(action, state, now)
        return action

    def propose(
        self, samples: Sequence[Sample], series: Mapping[str, Sequence[float]], now: float
    ) -> Action | None:
        """Apply the budgets that the measurements ask for; returns the action, if there is one."""
        if any(a["state"] == "on trial" or self._rests(a, now) for a in self.taken):
            return None
        wanted, evidence = derived_budgets(series, self.budgets)
        if not differ(self.budgets, wanted):
            return None
        number = 1 + max((action["number"] for action in self.taken), default=0)
        action: Action = {
            "id": f"budgets-{number}",
            "number": number,
            "kind": "stage-budgets",
            "at": now,
            "state": "on trial",
            "before": asdict(self.budgets),
            "after": asdict(wanted),
            "evidence": evidence,
            "undecided_before": undecided([s.undecided for s in samples][-_BEFORE:]),
            "undecided_after": undecided([]),
        }
        for older in self.in_effect:
            older["state"] = "superseded"
        self.taken = [*self.taken, action][-_MOST_ACTIONS:]
        self.budgets = wanted
        return action

    def revert(self, action_id: str, now: float) -> Action:
        """Go back to the budgets before the action.

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
            self.budgets = Budgets(**action["before"])

    def _rests(self, action: Action, now: float) -> bool:
        taken_back = action["state"] in {"rolled back", "reverted"}
        return taken_back and now - float(action["ended_at"]) < COOL_DOWN_S

    def as_state(self) -> dict[str, Any]:
        """Everything, JSON-serialisable."""
        return {"budgets": asdict(self.budgets), "taken": self.taken}

    @classmethod
    def from_state(cls, state: Mapping[str, Any]) -> "Actions":
        """What ``as_state`` gave; budgets below the present defaults are raised to them."""
        floor = asdict(Budgets())
        saved = state.get("budgets", {})
        budgets = {name: max(low, float(saved.get(name, low))) for name, low in floor.items()}
        return cls(Budgets(**budgets), [dict(action) for action in state.get("taken", ())])
