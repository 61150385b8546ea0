"""What people decided about learned rules: to keep one, to undo one, to go back to a version."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import msgspec

from autovet.domain.event import Outcome
from autovet.domain.policy import AdaptationRule

ORIGIN = "decision"
PIN = "pin"
REVERT = "revert"
RELEASE = "release"
ROLLBACK = "rollback"


@dataclass(slots=True)
class Decisions:
    """The last decision on each adaptation rule, and the spans of time that were undone.

    They stand among the outcomes, so every process that reads those comes to the same.
    """

    _last: dict[str, Outcome] = field(default_factory=dict)
    _undone: dict[float, float] = field(default_factory=dict)

    def add(self, outcome: Outcome) -> bool:
        """Take a decision in; tells whether it changed anything."""
        if outcome.origin != ORIGIN:
            return False
        if outcome.verdict == ROLLBACK:
            changed = outcome.at not in self._undone
            self._undone[outcome.at] = float(json.loads(outcome.why)["until"])
            return changed
        known = self._last.get(outcome.finding_id)
        if known is not None and (known.at, known.verdict) >= (outcome.at, outcome.verdict):
            return False
        self._last[outcome.finding_id] = outcome
        return True

    @property
    def rollbacks(self) -> int:
        """How often somebody went back."""
        return len(self._undone)

    def is_undone(self, at: float) -> bool:
        """Whether what was put on record at a moment was undone by going back before it."""
        return any(until < at < made for made, until in self._undone.items())

    def applied(self, rules: Iterable[AdaptationRule]) -> tuple[AdaptationRule, ...]:
        """The rules with their states: what was undone is ``reverted``, what was kept ``pinned``.

        A pinned rule stays although the outcomes no longer speak for it.
        """
        found = {rule.id: rule for rule in rules}
        for name, outcome in self._last.items():
            if self.is_undone(outcome.at):
                continue
            if outcome.verdict == PIN:
                kept = found.get(name) or rule_of(json.loads(outcome.why))
                found[name] = replace(kept, state="pinned")
            elif outcome.verdict == REVERT and name in found:
                found[name] = replace(found[name], state="reverted")
        return tuple(found.values())


def decision(rule: AdaptationRule, verdict: str, at: float, author: str) -> Outcome:
    """The outcome that records what was decided about a rule."""
    return Outcome(
        at,
        rule.id,
        rule.rule,
        rule.scope,
        verdict,
        why=json.dumps(msgspec.to_builtins(rule)),
        origin=ORIGIN,
        author=author,
    )


def going_back(version: str, until: float, at: float, author: str) -> Outcome:
    """The outcome that undoes what was put on record after ``until``."""
    why = json.dumps({"version": version, "until": until})
    return Outcome(at, version, "", "", ROLLBACK, why=why, origin=ORIGIN, author=author)


def rule_of(mapping: Mapping[str, Any]) -> AdaptationRule:
    """The rule that a mapping describes.

    Raises:
        msgspec.ValidationError: it describes none.
    """
    return msgspec.convert(mapping, AdaptationRule)
