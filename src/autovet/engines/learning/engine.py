"""The learning engine of the seed."""

import asyncio
from collections import deque
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import asdict
from typing import Any

from autovet.domain.errors import InputError, StoreError
from autovet.domain.event import Event, Outcome, ValidationRecord
from autovet.domain.policy import AdaptationRule, Policy
from autovet.engines.learning.adapting import difference, digest, pushed
from autovet.engines.learning.associations import associations
from autovet.engines.learning.decisions import PIN, RELEASE, REVERT, decision, going_back
from autovet.engines.learning.fix_patterns.book import FixBook
from autovet.engines.learning.following import Following
from autovet.engines.learning.knowledge import Knowledge, effective
from autovet.engines.learning.patterns import OVERLAP_S, Patterns
from autovet.engines.learning.ranking.model import RankingModel
from autovet.engines.learning.versions import Versions
from autovet.engines.learning.votes import VERDICTS
from autovet.ports import Clock, Store

_POLICY_STATE = "learning"
_PATTERNS_STATE = "learning.patterns"
_RANKING_STATE = "learning.ranking"
_FIXES_STATE = "learning.fixes"
_PAGE = 500
_SLICE = 200
"""Records that are counted before the event loop gets its turn: about 5 ms."""
_EARLY = 1_000
_FULL_READ_EVERY = 6
_MANY = 5_000
_FULL_READ_OF_MANY_EVERY = 144
"""Outcomes may carry old moments: now and then all of them are read again, many of them about
once a day."""


class AutonomousLearningEngine:
    """Turns outcomes into a policy that a person can read and undo.

    The outcomes in the store are the truth: the policy follows from them alone, so two processes
    on one store come to the same policy. ``restore`` should be awaited before the first verdict,
    so that what was dismissed earlier stays dismissed.

    Args:
        store: where outcomes and validations are.
        clock: the time of events.

    Attributes:
        fix_patterns: changes that were made before, see ``ports.FixPatterns``.
    """

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._known = Knowledge()
        self.fix_patterns = FixBook()
        self._following = Following()
        self._pending: list[Outcome] = []
        self._early: deque[ValidationRecord] = deque(maxlen=_EARLY)
        self._rules: tuple[AdaptationRule, ...] = ()
        self._policy = Policy()
        self._versions = Versions()
        self._restored = self._patterns_restored = False
        self._steps = 0
        self._saved: dict[str, int] = {}
        self._learned_at: float | None = None

    def observe(self, record: ValidationRecord) -> None:
        """Count the patterns of a validation, in memory; nothing is awaited."""
        if self._known.patterns.observe(record):
            self._pending += self._following.observe(record)
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
        ranking = await self._store.load_state(_RANKING_STATE) or {}
        fixes = await self._store.load_state(_FIXES_STATE) or {}
        outcomes = await self._store.outcomes()
        # Two callers may have got here; the second must not undo what came since.
        if not self._patterns_restored:
            self._patterns_restored = True
            self._known.patterns = Patterns.from_state(patterns)
            self._known.ranking = RankingModel.from_state(ranking)
            self._known.ranked_until = float(ranking.get("until", 0.0))
            self.fix_patterns.restore(fixes)
            for record in self._early:
                self._known.patterns.observe(record)
            self._early.clear()
        await self._take_in(outcomes)
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
        before = self._policy.adaptations
        await self.restore()
        # what is recorded here comes back with the outcomes read below
        observed, self._pending = self._pending, []
        for start in range(0, len(observed), _PAGE):
            page = observed[start : start + _PAGE]
            await asyncio.gather(*map(self._store.record_outcome, page))
        every = _FULL_READ_EVERY if len(self._known.votes) < _MANY else _FULL_READ_OF_MANY_EVERY
        full = self._steps % every == every - 1
        since = 0.0 if full else self._known.until - OVERLAP_S
        self._steps += 1
        new_votes = await self._take_in(await self._store.outcomes(since))
        validations = await self._read_validations()
        await self._adapt()
        await self._save_version()
        await self._save_learned()
        self._learned_at = self._clock.time()
        added, removed = difference(before, self._policy.adaptations)
        return {
            "outcomes": new_votes,
            "validations": validations,
            "patterns": len(self._known.patterns.counts),
            "adaptation_rules": len(self._policy.adaptations),
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
        return await self._record(outcome)

    async def observe_outcome(self, outcome: Outcome) -> None:
        """Put on record what became of a finding (``left`` included), and learn from it."""
        await self._record(outcome)

    async def record_outcomes(self, outcomes: Sequence[Outcome]) -> int:
        """Put many outcomes on record at once, then learn from them; tells how many were new.

        Raises:
            StoreError: they are not on disk yet.
        """
        await self.restore()
        for start in range(0, len(outcomes), _PAGE):
            page = outcomes[start : start + _PAGE]
            await asyncio.gather(*map(self._store.record_outcome, page))
        new = await self._take_in(outcomes)
        await self._adapt()
        await self._save_version()
        return new

    async def decide(self, name: str, verdict: str, author: str) -> AdaptationRule:
        """Keep (``pin``) or undo (``revert``) an adaptation rule, or ``release`` it again.

        Args:
            name: the id of an adaptation rule, or the rule that it is about.
            verdict: what is decided.
            author: who decides.

        Raises:
            InputError: there is no such adaptation rule, or several.
            StoreError: it is not on disk yet.
        """
        if verdict not in {PIN, REVERT, RELEASE}:
            raise InputError(f"{verdict!r} is no decision; there are {PIN}, {REVERT}, {RELEASE}")
        await self.restore()
        fitting = [r for r in self._rules if r.id == name] or [
            r for r in self._rules if r.rule == name and r.action != "dismiss"
        ]
        if len(fitting) != 1:
            ids = ", ".join(r.id for r in fitting) or "none"
            raise InputError(f"{name!r} fits {len(fitting)} learned rules ({ids}); give one id")
        await self._record(decision(fitting[0], verdict, self._clock.time(), author))
        return next((r for r in self._rules if r.id == fitting[0].id), fitting[0])

    async def go_back(self, version: str, author: str) -> str:
        """Undo what was put on record after a version; returns the version now.

        Raises:
            InputError: no such version is known.
            StoreError: the store cannot be read or written.
        """
        await self.restore()
        until = self._versions.moment_of(version)
        if until is None:
            near = ", ".join(self._versions.newest(5))
            raise InputError(f"no version {version!r} is on record; the newest are {near}")
        await self._record(going_back(version, until, self._clock.time(), author))
        return self.policy().version

    def policy(self) -> Policy:
        """What the next verdict is to use."""
        return self._policy

    def learned(self) -> list[dict[str, Any]]:
        """Every adaptation rule with its evidence, state and effect, those without one included."""
        applied = self._known.patterns.applied
        return [
            {**asdict(rule), "id": rule.id, "effect": {"findings_changed": applied[rule.id]}}
            for rule in self._rules
        ]

    def advice(self, project: str, generator: str) -> list[dict[str, Any]]:
        """The rules that fire most for a generator, with counts, most frequent first."""
        return self._known.patterns.advice(project, generator)

    def associations(self, generator: str | None = None) -> list[dict[str, Any]]:
        """What a generator gets wrong more often than others, and what goes wrong together."""
        return associations(self._known.patterns, generator)

    def versions(self) -> list[tuple[str, float]]:
        """The versions on record with their moments, oldest first."""
        return self._versions.listed()

    def exported(self) -> dict[str, Any]:
        """All that was learned, JSON-serialisable."""
        return {
            "format": 1,
            "state_version": self.policy().version,
            "versions": self.versions(),
            "adaptations": self.learned(),
            "patterns": self._known.patterns.as_state(),
            "ranking": self._known.ranking.as_state(),
            "fix_patterns": [asdict(pattern) for pattern in self.fix_patterns.patterns()],
        }

    def status(self) -> dict[str, Any]:
        """What was learned so far, readable, in figures."""
        patterns = self._known.patterns
        return {
            "state_version": self.policy().version,
            "restored": self._restored,
            "steps": self._steps,
            "last_learned_at": self._learned_at,
            "outcomes": len(self._known.votes),
            "outcomes_ranked": self._known.ranking.learned,
            "validations_observed": patterns.validations.total(),
            "validations_passed": patterns.passed.total(),
            "patterns_learned": len(patterns.counts),
            "fix_patterns": len(self.fix_patterns.patterns()),
            "co_occurring": patterns.companions(),
            "adaptation_rules": [asdict(rule) for rule in self._policy.adaptations],
        }

    async def _record(self, outcome: Outcome) -> dict[str, Any]:
        reason = None
        with suppress(StoreError):
            await self.restore()
        try:
            await self._store.record_outcome(outcome)
        except StoreError as error:
            reason = str(error)
        before = self._policy.adaptations
        await self._take_in([outcome])
        if await self._adapt(outcome.rule):
            with suppress(StoreError):  # the loop's next step saves it again
                await self._save_version()
        added, removed = difference(before, self._policy.adaptations)
        return {
            "finding_id": outcome.finding_id,
            "rule": outcome.rule,
            "verdict": outcome.verdict,
            "recorded": reason is None,
            "reason": reason,
            "effect": _effect(outcome, self._policy.adaptations, removed),
            "added": added,
            "removed": removed,
            "state_version": self.policy().version,
        }

    async def _take_in(self, outcomes: Sequence[Outcome]) -> int:
        rollbacks = self._known.decisions.rollbacks
        new = 0
        for start in range(0, len(outcomes), _SLICE):
            new += self._known.take_in(outcomes[start : start + _SLICE])
            if len(outcomes) > _SLICE:
                await asyncio.sleep(0)
        if self._known.decisions.rollbacks > rollbacks:
            everything = await self._store.outcomes()
            self._known.forget_outcomes()
            self._known.take_in(everything)
        return new

    async def _read_validations(self) -> int:
        since, new = self._known.patterns.cursor - OVERLAP_S, 0
        while True:
            page = await self._store.validations(since, _PAGE)
            for start in range(0, len(page), _SLICE):
                for record in page[start : start + _SLICE]:
                    if self._known.patterns.observe(record):
                        # whoever made the validation tells what it says about the one before
                        self._following.observe(record)
                        new += 1
                await asyncio.sleep(0)
            if len(page) < _PAGE:
                return new
            since = page[-1].at

    async def _adapt(self, only: str | None = None) -> bool:
        """Bring the policy in line with what is known; tells whether it got a new version."""
        for rule, finding_id in list(pushed(self._known.votes)):
            if rule not in self._known.patterns.facts:
                await self._look_up(rule, finding_id)
        stored = await self._stored_versions()
        # Nothing is awaited from here on, so that two adaptations cannot mix.
        self._rules = self._known.adaptations(only or None)
        before, rules = self._policy.adaptations, effective(self._rules)
        changed = self._versions.move_on(digest(rules), stored, self._clock.time(), bool(rules))
        ranking = self._known.ranking
        self._policy = Policy(
            self._versions.name + (f"+{ranking.learned}" if ranking.learned else ""),
            rules,
            len(self._known.patterns.counts),
            ranking if ranking.learned else None,
        )
        if changed:
            added, removed = difference(before, rules)
            detail = {"version": self._versions.name, "added": added, "removed": removed}
            event = Event(self._clock.time(), "policy.changed", "learning", detail)
            self._store.record_event(event)
        return changed

    async def _stored_versions(self) -> Versions:
        try:
            return Versions.from_state(await self._store.load_state(_POLICY_STATE) or {})
        except StoreError:
            return Versions()

    async def _look_up(self, rule: str, finding_id: str) -> None:
        try:
            found = await self._store.find_finding(finding_id)
        except (StoreError, InputError):
            return
        if found and found["rule"] == rule:
            self._known.patterns.learn_fact(rule, found["category"], found["severity"])

    async def _save_version(self) -> None:
        if self._restored:  # else saving would replace what could not be read yet
            await self._store.save_state(_POLICY_STATE, self._versions.as_state())

    async def _save_learned(self) -> None:
        """Save what has changed since it was saved last."""
        ranking, fixes = self._known.ranking, self.fix_patterns
        await self._store.save_state(_PATTERNS_STATE, self._known.patterns.as_state())
        if ranking.learned != self._saved.get(_RANKING_STATE, 0):
            self._saved[_RANKING_STATE] = ranking.learned
            state = {**ranking.as_state(), "until": self._known.ranked_until}
            await self._store.save_state(_RANKING_STATE, state)
        if fixes.changes != self._saved.get(_FIXES_STATE, 0):
            self._saved[_FIXES_STATE] = fixes.changes
            await self._store.save_state(_FIXES_STATE, fixes.as_state())


def _effect(outcome: Outcome, rules: Iterable[AdaptationRule], removed: list[Any]) -> str:
    mine = (outcome.project, outcome.finding_id)
    if any(rule.action == "dismiss" and (rule.scope, rule.finding_id) == mine for rule in rules):
        return "dismissed"
    if any((rule["scope"], rule["finding_id"]) == mine for rule in removed):
        return "restored"
    return "counted"
