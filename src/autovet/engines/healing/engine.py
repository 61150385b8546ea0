"""Repairs code by fixes that it has judged again, and tells how the system itself recovered."""

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from typing import Any

from autovet.domain.context import Context
from autovet.domain.healing import Healing
from autovet.domain.health import ComponentHealth
from autovet.engines.healing.proof import Judged, objection
from autovet.engines.healing.proposals import Proposal, applied, proposals
from autovet.engines.healing.report import (
    as_mapping,
    healing_report,
    issue_of,
    issues_in,
    unchanged_report,
)

Judge = Callable[[str, Context], Awaitable[Judged]]
Recall = Callable[[str], tuple[Judged, Context] | None]

MOST_SINGLES = 6
_ROUNDS = 2
_BROKEN = frozenset({"failed", "resting"})


class AutonomousHealingEngine:
    """Proposes, tries and proves.

    Args:
        judge: validates a text again, in the same way and context as the original.
        recall: finds the judged source of an earlier validation by its id.
        components: how the parts of the system are.
    """

    def __init__(
        self,
        judge: Judge,
        recall: Recall,
        components: Callable[[], Iterable[ComponentHealth]],
    ) -> None:
        self._judge = judge
        self._recall = recall
        self._components = components
        self._attempts = self._proven = self._refused = 0

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
        """Try the fixes that come with the findings and keep the proven ones."""
        findings = original.findings
        issues = (*self._system_issues(), *map(issue_of, findings))
        if context.heal == "none" or not original.text:
            return unchanged_report(issues, findings, context)
        current, kept, refused = original, list[Proposal](), list[tuple[Proposal, str]]()
        for _ in range(_ROUNDS):
            tried = {p.finding.id for p, _ in refused} | {p.finding.id for p in kept}
            open_proposals = [p for p in proposals(current.findings) if p.finding.id not in tried]
            if not open_proposals:
                break
            current, more, failed = await self._take(current, open_proposals, context)
            kept += more
            refused += failed
            if not more:
                break
        self._attempts += len(kept) + len(refused)
        self._proven += len(kept)
        self._refused += len(refused)
        return healing_report(original, current, kept, refused, issues, context)

    def status(self) -> dict[str, Any]:
        """How many fixes were tried, proven and refused, and which components are in trouble."""
        return {
            "fixes_tried": self._attempts,
            "fixes_proven": self._proven,
            "fixes_refused": self._refused,
            "system_issues": list(self._system_issues()),
        }

    async def _take(
        self, current: Judged, found: Sequence[Proposal], context: Context
    ) -> tuple[Judged, list[Proposal], list[tuple[Proposal, str]]]:
        """Try all at once, which is nearly always right; else one after the other."""
        together = applied(current.text, found)
        if together is not None and together != current.text:
            after = await self._judge(together, context)
            if objection(current, after, [p.finding for p in found]) is None:
                return after, list(found), []
            if len(found) == 1:
                why = objection(current, after, [found[0].finding]) or ""
                return current, [], [(found[0], why)]
        return await self._one_by_one(current, found[:MOST_SINGLES], context)

    async def _one_by_one(
        self, current: Judged, found: Sequence[Proposal], context: Context
    ) -> tuple[Judged, list[Proposal], list[tuple[Proposal, str]]]:
        kept: list[Proposal] = []
        refused: list[tuple[Proposal, str]] = []
        original = current
        for proposal in found:
            # positions are those of the original, so each trial starts from it
            text = applied(original.text, [*kept, proposal])
            if text is None or text == current.text:
                refused.append((proposal, "it changes what another fix changes"))
                continue
            after = await self._judge(text, context)
            why = objection(current, after, [proposal.finding])
            if why is None:
                kept.append(proposal)
                current = after
            else:
                refused.append((proposal, why))
        return current, kept, refused

    def _system_issues(self) -> tuple[Mapping[str, Any], ...]:
        return tuple(
            {"kind": "system", "component": c.name, "state": c.state, "reason": c.reason}
            for c in self._components()
            if c.state in _BROKEN
        )
