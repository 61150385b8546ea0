"""The learning engine of the seed."""

import asyncio
from collections import deque
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import asdict
from typing import Any

from autovet.domain.errors import InputError, StoreError
from autovet.domain.event import Event, Outcome, ValidationRecord
from autovet.domain.policy import AdaptationRule, Policy
from autovet.engines.learning.adapting import adaptations, difference, digest, pushed
from autovet.engines.learning.patterns import OVERLAP_S, Patterns
from autovet.engines.learning.votes import VERDICTS, Votes
from autovet.ports import Clock, Store

_POLICY_STATE = "learning"
_PATTERNS_STATE = "learning.patterns"
_PAGE = 500
_SLICE = 200
"""Records that are counted before the event loop gets its turn: about 5 ms."""
_EARLY = 1_000
_FULL_READ_EVERY = 6
"""Outcomes mined from history carry old moments: every sixth step reads all of them again."""


class AutonomousLearningEngine:
    """Turns outcomes into a policy that a person can read and undo.

    The outcomes in the store are the truth: the policy follows from them alone, so two processes
    on one store come to the same policy. ``restore`` should be awaited before the first verdict,
    so that what was dismissed earlier stays dismissed.

    Args:
        store: where outcomes and validations are.
        clock: the time of events.
    """

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._votes = Votes()
        self._patterns = Patterns()
        self._early: deque[ValidationRecord] = deque(maxlen=_EARLY)
        self._adaptations: tuple[AdaptationRule, ...] = ()
        self._number = 0
        self._digest = ""
        self._restored = self._patterns_restored = False
        self._steps = 0
        self._outcomes_until = 0.0
        self._learned_at: float | None = None

    def observe(self, record: ValidationRecord) -> None:
        """Count the patterns of a validation, in memory; nothing is awaited."""
        self._patterns.observe(record)
        if not self._patterns_restored:
            self._early.append(record)

    async def restore(self) -> None:
        """Take up what was learned before; a second call does nothing.

        Raises:
            StoreError: the store cannot be read.
        """
        if self._restored:
            return
        patterns = await self._store.load_state(_PATTERNS_STATE) or {}
        outcomes = await self._store.outcomes()
        # Two callers may have got here; the second must not undo what came since.
        if not self._patterns_restored:
            self._patterns_restored = True
            self._patterns = Patterns.from_state(patterns)
            for record in self._early:
                self._patterns.observe(record)
            self._early.clear()
        self._take_in(outcomes)
        await self._adapt()
        self._restored = True

    async def learn(self) -> dict[str, Any]:
        """One step of the learning loop: read what is new, adapt, save.

        Returns:
            ``outcomes`` and ``validations`` that were new, the number of ``patterns`` and
            ``adaptation_rules`` now, what was ``added`` and ``removed``, and ``state_version``.

        Raises:
            StoreError: the store cannot be read or written.
        """
        before = self._adaptations
        await self.restore()
        full = self._steps % _FULL_READ_EVERY == 0
        since = 0.0 if full else self._outcomes_until - OVERLAP_S
        self._steps += 1
        new_votes = self._take_in(await self._store.outcomes(since))
        validations = await self._read_validations()
        await self._adapt()
        await self._save_version()
        await self._store.save_state(_PATTERNS_STATE, self._patterns.as_state())
        self._learned_at = self._clock.time()
        added, removed = difference(before, self._adaptations)
        return {
            "outcomes": new_votes,
            "validations": validations,
            "patterns": len(self._patterns.counts),
            "adaptation_rules": len(self._adaptations),
            "added": added,
            "removed": removed,
            "state_version": self.policy().version,
        }

    async def record_feedback(self, outcome: Outcome) -> dict[str, Any]:
        """Put an outcome on record and let it count at once.

        Returns:
            ``recorded`` with a ``reason`` where it is not on disk yet, ``effect`` (``dismissed``,
            ``restored`` or ``counted``), what was ``added`` and ``removed``, ``state_version``.

        Raises:
            InputError: the verdict is neither ``useful`` nor ``not-useful``.
        """
        if outcome.verdict not in VERDICTS:
            raise InputError(f"the verdict is {outcome.verdict!r}, but must be one of {VERDICTS}")
        reason = None
        with suppress(StoreError):
            await self.restore()
        try:
            await self._store.record_outcome(outcome)
        except StoreError as error:
            reason = str(error)
        before = self._adaptations
        self._take_in([outcome])
        if await self._adapt():
            with suppress(StoreError):  # the loop's next step saves it again
                await self._save_version()
        added, removed = difference(before, self._adaptations)
        return {
            "finding_id": outcome.finding_id,
            "rule": outcome.rule,
            "verdict": outcome.verdict,
            "recorded": reason is None,
            "reason": reason,
            "effect": _effect(outcome, self._adaptations, removed),
            "added": added,
            "removed": removed,
            "state_version": self.policy().version,
        }

    def policy(self) -> Policy:
        """What the next verdict is to use."""
        version = f"{self._number}-{self._digest}" if self._number else "0"
        return Policy(version, self._adaptations, len(self._patterns.counts))

    def advice(self, project: str, generator: str) -> list[dict[str, Any]]:
        """The rules that fire most for a generator, with counts, most frequent first."""
        return self._patterns.advice(project, generator)

    def status(self) -> dict[str, Any]:
        """What was learned so far, readable, in figures."""
        validations = self._patterns.validations.total()
        return {
            "state_version": self.policy().version,
            "restored": self._restored,
            "steps": self._steps,
            "last_learned_at": self._learned_at,
            "outcomes": len(self._votes),
            "validations_observed": validations,
            "validations_passed": self._patterns.passed.total(),
            "patterns_learned": len(self._patterns.counts),
            "co_occurring": self._patterns.companions(),
            "adaptation_rules": [asdict(rule) for rule in self._adaptations],
        }

    def _take_in(self, outcomes: Iterable[Outcome]) -> int:
        changed = 0
        for outcome in outcomes:
            changed += self._votes.add(outcome)
            self._outcomes_until = max(self._outcomes_until, outcome.at)
        return changed

    async def _read_validations(self) -> int:
        since, new = self._patterns.cursor - OVERLAP_S, 0
        while True:
            page = await self._store.validations(since, _PAGE)
            for start in range(0, len(page), _SLICE):
                new += sum(map(self._patterns.observe, page[start : start + _SLICE]))
                await asyncio.sleep(0)
            if len(page) < _PAGE:
                return new
            since = page[-1].at

    async def _adapt(self) -> bool:
        """Bring the policy in line with the votes; tells whether it got a new version."""
        for rule, finding_id in list(pushed(self._votes)):
            if rule not in self._patterns.facts:
                await self._look_up(rule, finding_id)
        stored_number, stored_digest = await self._stored_version()
        # Nothing is awaited from here on, so that two adaptations cannot mix.
        rules = adaptations(self._votes, self._is_security_error)
        before, self._adaptations = self._adaptations, rules
        found = digest(rules)
        if found == self._digest or not (rules or self._number or stored_number):
            return False
        self._digest = found
        if found == stored_digest and stored_number >= self._number:
            self._number = stored_number  # another process came to the same policy first
            return False
        self._number = max(self._number, stored_number) + 1
        added, removed = difference(before, rules)
        detail = {"version": self.policy().version, "added": added, "removed": removed}
        self._store.record_event(Event(self._clock.time(), "policy.changed", "learning", detail))
        return True

    async def _stored_version(self) -> tuple[int, str]:
        try:
            state = await self._store.load_state(_POLICY_STATE) or {}
        except StoreError:
            return 0, ""
        return int(state.get("number", 0)), str(state.get("digest", ""))

    async def _look_up(self, rule: str, finding_id: str) -> None:
        try:
            found = await self._store.find_finding(finding_id)
        except (StoreError, InputError):
            return
        if found and found["rule"] == rule:
            self._patterns.learn_fact(rule, found["category"], found["severity"])

    def _is_security_error(self, rule: str) -> bool | None:
        fact = self._patterns.facts.get(rule)
        return None if fact is None else fact == ("security", "error")

    async def _save_version(self) -> None:
        if self._restored:  # else saving would replace what could not be read yet
            state = {"number": self._number, "digest": self._digest}
            await self._store.save_state(_POLICY_STATE, state)


def _effect(outcome: Outcome, rules: tuple[AdaptationRule, ...], removed: list[Any]) -> str:
    mine = (outcome.project, outcome.finding_id)
    if any(rule.action == "dismiss" and (rule.scope, rule.finding_id) == mine for rule in rules):
        return "dismissed"
    if any((rule["scope"], rule["finding_id"]) == mine for rule in removed):
        return "restored"
    return "counted"
