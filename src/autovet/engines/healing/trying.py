"""Tries changes on copies, round after round, until none is left that helps."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field

from autovet.domain.context import Context
from autovet.engines.healing.proof import Judged, objection
from autovet.engines.healing.proposals import (
    Proposal,
    applied,
    learned_proposals,
    proposals,
)
from autovet.engines.healing.tampering import tampering
from autovet.ports import FixPatterns

Judge = Callable[[str, Context], Awaitable[Judged]]

MOST_SINGLES = 6
UNSEEN = "it was learned elsewhere, and no example here shows what it changes"
_ROUNDS = {"fast": 3, "full": 8}


@dataclass(slots=True)
class Trial:
    """A text on its way to health.

    Attributes:
        current: what stands now, judged.
        kept: what was done to get there.
        refused: what was tried and not taken, and why.
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

    async def objection(self, after: Judged, wanted: Sequence[Proposal]) -> str | None:
        """Why a judged change of what stands now is not proven."""
        found = objection(self.current, after, [p.finding for p in wanted])
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

    async def _take(self, found: Sequence[Proposal]) -> bool:
        """Try all at once, which is nearly always right; else one after the other."""
        together = applied(self.current.text, found)
        if together is not None and together != self.current.text:
            after = await self.judge(together, self.context)
            why = await self.objection(after, found)
            if why is None:
                self.keep(after, found)
                return True
            if len(found) == 1:
                self.refuse(found[0], why)
                return False
        return await self._one_by_one(found[:MOST_SINGLES])

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
            after = await self.judge(text, self.context)
            why = await self.objection(after, [proposal])
            if why is None:
                self.keep(after, [proposal])
                taken.append(proposal)
            else:
                self.refuse(proposal, why)
        return bool(taken)
