"""Tries changes on copies, round after round, until none is left that helps."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass, field

from autovet.domain.context import Context
from autovet.engines.healing.codemods.made import codemod_proposals
from autovet.engines.healing.proof import Judged, objection, uncovered_by
from autovet.engines.healing.proposals import (
    Proposal,
    applied,
    learned_proposals,
    proposals,
)
from autovet.engines.healing.tampering import tampering
from autovet.engines.healing.withheld import reason_to_wait
from autovet.ports import FixPatterns

Judge = Callable[[str, Context], Awaitable[Judged]]

MOST_SINGLES = 6
_UNUSED_IMPORT = "unused-import"
UNSEEN = "it was learned elsewhere, and no example here shows what it changes"
_ROUNDS = {"fast": 3, "full": 8}


@dataclass(slots=True)
class Trial:
    """A text on its way to health.

    Attributes:
        current: what stands now, judged.
        kept: what was done to get there.
        refused: what was tried and not taken, and why.
        waiting: what was not even tried, and why, by the id of its finding.
        deadline: when to stop, on the monotonic clock, or None.
    """

    original: Judged
    context: Context
    judge: Judge
    patterns: FixPatterns | None = None
    deadline: float | None = None
    current: Judged = field(init=False)
    kept: list[Proposal] = field(default_factory=list, init=False)
    refused: list[tuple[Proposal, str]] = field(default_factory=list, init=False)
    waiting: dict[str, tuple[Proposal, str]] = field(default_factory=dict, init=False)

    def __post_init__(self) -> None:
        """Begin with the original."""
        self.current = self.original

    @property
    def late(self) -> bool:
        """Whether the budget is used up."""
        return self.deadline is not None and time.monotonic() >= self.deadline

    async def settle(self) -> None:
        """Take the fixes that come with findings, and then what they make possible."""
        for _ in range(_ROUNDS.get(self.context.heal, 0)):
            tried = {p.key for p, _ in self.refused} | {p.key for p in self.kept}
            found = [p for p in proposals(self.current.findings) if p.key not in tried]
            found += await asyncio.to_thread(self._codemods, tried)
            found = self._not_withheld(found)
            learned = await asyncio.to_thread(
                learned_proposals, self.current.text, self.current.findings, self.patterns
            )
            fresh = [p for p in learned if p.key not in tried][:MOST_SINGLES]
            if fresh and not any(self.current.held):
                self.refused += [(p, UNSEEN) for p in fresh]
                fresh = []
            if self.late or not (found or fresh):
                return
            taken = bool(found) and await self._take(found)
            if not taken and not (fresh and await self._one_by_one(fresh)):
                return

    async def objection(
        self,
        after: Judged,
        wanted: Sequence[Proposal],
        leaving_out: Collection[str] = frozenset(),
    ) -> str | None:
        """Why a judged change of what stands now is not proven; see ``proof.objection``."""
        found = objection(self.current, after, [p.finding for p in wanted], leaving_out)
        if found is not None:
            return found
        return await asyncio.to_thread(tampering, self.current.text, after.text)

    def keep(self, after: Judged, taken: Sequence[Proposal]) -> None:
        """Go on from a proven change."""
        self.current = after
        self.kept += taken
        for proposal in taken:
            if proposal.pattern and self.patterns is not None:
                self.patterns.tell(proposal.pattern, kept=True)

    def refuse(self, proposal: Proposal, why: str) -> None:
        """Put aside what was not proven."""
        self.refused.append((proposal, why))
        if proposal.pattern and self.patterns is not None:
            self.patterns.tell(proposal.pattern, kept=False)

    def _codemods(self, tried: Collection[object]) -> list[Proposal]:
        now = self.current
        made = codemod_proposals(now.text, self.context.path, now.findings)
        return [p for p in made if p.key not in tried]

    def _not_withheld(self, found: Sequence[Proposal]) -> list[Proposal]:
        """Those that need not wait; why the others do is on record once."""
        ready = []
        for proposal in found:
            why = reason_to_wait(proposal, self.current.findings, self.context)
            if why is None:
                ready.append(proposal)
            else:
                self.waiting[proposal.finding.id] = proposal, why
        return ready

    async def _take(self, found: Sequence[Proposal]) -> bool:
        """Try all at once, which is nearly always right; else one after the other."""
        together = applied(self.current.text, found)
        if together is not None and together != self.current.text:
            after, why = await self._judged(together, found)
            if why is None:
                self.keep(after, found)
                return True
            if len(found) == 1:
                self.refuse(found[0], why)
                return False
        return await self._one_by_one(found[:MOST_SINGLES])

    async def _judged(self, text: str, wanted: Sequence[Proposal]) -> tuple[Judged, str | None]:
        """What comes of a text, without the imports that it has made superfluous."""
        after = await self.judge(text, self.context)
        uncovered = uncovered_by(p.finding for p in wanted)
        why = await self.objection(after, wanted, uncovered)
        if why is None or any(f.rule == _UNUSED_IMPORT for f in self.current.findings):
            return after, why
        orphans = [p for p in proposals(after.findings) if p.finding.rule == _UNUSED_IMPORT]
        bare = applied(text, orphans) if orphans else None
        if bare is None:
            return after, why
        after = await self.judge(bare, self.context)
        return after, await self.objection(after, wanted, uncovered)

    async def _one_by_one(self, found: Sequence[Proposal]) -> bool:
        """Positions are those of the text at the start, so each trial begins there."""
        start, taken = self.current.text, list[Proposal]()
        for proposal in found:
            if self.late:
                break
            text = applied(start, [*taken, proposal])
            if text is None or text == self.current.text:
                self.refuse(proposal, "it changes what another fix changes")
                continue
            after, why = await self._judged(text, [proposal])
            if why is None:
                self.keep(after, [proposal])
                taken.append(proposal)
            else:
                self.refuse(proposal, why)
        return bool(taken)
