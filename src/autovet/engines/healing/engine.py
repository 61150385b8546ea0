"""Repairs code by changes that it has judged again, and tells how the system itself recovered."""

import time
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from autovet.domain.context import Context
from autovet.domain.healing import Healing
from autovet.domain.health import ComponentHealth
from autovet.engines.healing.asking import judged_texts, proposed_texts
from autovet.engines.healing.proof import Judged, is_execution
from autovet.engines.healing.repair import Search
from autovet.engines.healing.repairing import Offer, prove
from autovet.engines.healing.report import (
    as_mapping,
    healing_report,
    issue_of,
    issues_in,
    unchanged_report,
)
from autovet.engines.healing.trying import Judge, Trial
from autovet.ports import FixPatterns, Repairer

Recall = Callable[[str], tuple[Judged, Context] | None]
Searcher = Callable[[Judged, Context, Sequence[str]], Awaitable[Search]]

_BROKEN = frozenset({"failed", "resting"})


class AutonomousHealingEngine:
    """Proposes, tries and proves.

    Args:
        judge: validates a text again, in the same way and context as the original.
        recall: finds the judged source of an earlier validation by its id.
        components: how the parts of the system are.
        search: looks for changes after which every example holds; asked with ``heal="full"``.
        patterns: changes that were made before for code of the same shape.
        repairer: a model, where one is configured; asked with ``heal="full"``.
    """

    def __init__(
        self,
        judge: Judge,
        recall: Recall,
        components: Callable[[], Iterable[ComponentHealth]],
        search: Searcher | None = None,
        patterns: FixPatterns | None = None,
        repairer: Repairer | None = None,
    ) -> None:
        self._judge = judge
        self._recall = recall
        self._components = components
        self._search = search
        self._patterns = patterns
        self._repairer = repairer
        self._attempts = self._proven = self._refused = self._searches = 0

    async def detect_and_heal_issues(self, validation_result: Mapping[str, Any]) -> dict[str, Any]:
        """Heal the code of a validation result, and look for components in trouble.

        The source is found by the result's ``meta["validation_id"]``; a result whose source is no
        longer held is answered with what was detected and the way to heal it all the same.
        """
        meta = validation_result.get("meta", {})
        known = self._recall(str(meta.get("validation_id", "")))
        if known is None:
            return as_mapping(
                Healing(
                    issues_detected=(*self._system_issues(), *issues_in(validation_result)),
                    recovery_successful=bool(validation_result.get("overall_valid", False)),
                    recommendations=(
                        "the source of this validation is no longer held; validate the code again",
                    ),
                )
            )
        judged, context = known
        return as_mapping(await self.heal(judged, context))

    async def heal(self, original: Judged, context: Context) -> Healing:
        """Keep the changes that are proven: fixes of findings first, then what a search finds."""
        issues = (*self._system_issues(), *map(issue_of, original.findings))
        if context.heal == "none" or not original.text:
            return unchanged_report(issues, original.findings, context)
        limit_s = None if context.budget_ms is None else context.budget_ms / 1000
        deadline = None if limit_s is None else time.monotonic() + limit_s
        trial = Trial(original, context, self._judge, self._patterns, deadline)
        await trial.settle()
        found, offer = Search(), Offer()
        if context.heal == "full" and not trial.late:
            found, offer = await self._repair(trial)
        self._attempts += len(trial.kept) + len(trial.refused)
        self._proven += len(trial.kept)
        self._refused += len(trial.refused)
        return healing_report(trial, issues, found, offer)

    def status(self) -> dict[str, Any]:
        """How many fixes were tried, proven and refused, and which components are in trouble."""
        return {
            "fixes_tried": self._attempts,
            "fixes_proven": self._proven,
            "fixes_refused": self._refused,
            "searches": self._searches,
            "system_issues": list(self._system_issues()),
        }

    async def _repair(self, trial: Trial) -> tuple[Search, Offer]:
        """Search, and ask the model where there is one; its texts get the same proof."""
        texts: Sequence[str] = ()
        reason = ""
        if self._repairer is not None:
            texts, reason = await proposed_texts(self._repairer, trial)
        found, offer = Search(), Offer()
        fails = any(map(is_execution, trial.current.findings))
        if self._search is not None and trial.context.execute and fails:
            self._searches += 1
            try:
                found = await self._search(trial.current, trial.context, texts)
            except Exception as error:  # noqa: BLE001 (what a search does may not cost the verdict)
                return found, Offer(refused=(f"the search failed: {error!r}",))
            before = len(trial.kept)
            offer = await prove(trial, found)
            if len(trial.kept) > before:
                await trial.settle()
        elif self._repairer is not None:
            offered, refused = await judged_texts(self._repairer, trial, texts)
            offer = Offer(tuple(offered), tuple(refused))
        if reason:
            offer = replace(offer, refused=(*offer.refused, reason))
        return found, offer

    def _system_issues(self) -> tuple[Mapping[str, Any], ...]:
        return tuple(
            {"kind": "system", "component": c.name, "state": c.state, "reason": c.reason}
            for c in self._components()
            if c.state in _BROKEN
        )
