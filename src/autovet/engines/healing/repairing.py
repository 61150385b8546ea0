"""Proves what a search or a model came up with, and offers what it cannot prove."""

import difflib
from collections.abc import Sequence
from dataclasses import dataclass, replace

from autovet.domain.finding import Finding
from autovet.domain.fix import Edit, Fix, Safety
from autovet.domain.healing import Candidate
from autovet.domain.span import Span
from autovet.engines.healing.proof import OWN_INPUTS, Judged, is_execution
from autovet.engines.healing.proposals import Proposal
from autovet.engines.healing.repair import Repair, Search
from autovet.engines.healing.trying import Trial
from autovet.source.diff import unified_diff
from autovet.source.text_lines import TextLines

ENOUGH_INPUTS = 80
"""Generated inputs on which all candidates must agree before one of them may count as proven."""
_AS_LIKELY = 0.3
"""How much less likely than the likeliest of all a proven repair may be."""
_MOST_JUDGED = 8
_MOST_OFFERED = 5


@dataclass(frozen=True, slots=True)
class Offer:
    """What is offered but not proven."""

    candidates: tuple[Candidate, ...] = ()
    refused: tuple[str, ...] = ()


async def prove(trial: Trial, found: Search) -> Offer:
    """Judge the best candidate of each behaviour; keep the first of all where it is proven.

    Proven means: nothing in the whole judgement got worse, every claim holds, and all candidates
    that reach this behave the same on enough generated inputs, so that no other is left to choose.
    """
    wanted = [f for f in trial.current.findings if is_execution(f)]
    start = trial.current.text
    best: dict[int, Repair] = {}
    for repair in found.repairs:
        best.setdefault(repair.cluster, repair)
    sole = found.clusters == 1 and found.inputs >= ENOUGH_INPUTS and found.exhausted
    cheapest = min((r.change.cost for r in found.repairs), default=0.0)
    offered: list[tuple[Repair, str]] = []
    why_not: list[str] = []
    chosen = found.repairs if sole else tuple(best.values())
    for repair in chosen[:_MOST_JUDGED]:
        if trial.late:
            break
        after = await trial.judge(repair.text, trial.context)
        proposal = _proposal(start, repair.text, wanted, repair.change.what)
        why = await _objection(trial, after, proposal)
        likely = repair.change.cost <= cheapest + _AS_LIKELY
        if why is None and sole and likely and repair.provable and proposal is not None:
            trial.keep(after, [replace(proposal, why=_agreement(found))])
            return Offer(refused=tuple(why_not))
        if why is not None:
            why_not.append(f"{repair.change.what}: {why}")
            if await _objection(trial, after, proposal, OWN_INPUTS) is not None:
                continue
        offered.append((repair, _why(repair, found) + (f"; but {why}" if why else "")))
        if len(offered) >= _MOST_OFFERED:
            break
    made = tuple(
        Candidate(r.text, unified_diff(start, r.text, trial.context.path), "likely", why)
        for r, why in offered
    )
    return Offer(made, tuple(why_not))


async def _objection(
    trial: Trial,
    after: Judged,
    proposal: Proposal | None,
    leaving_out: frozenset[str] = frozenset(),
) -> str | None:
    """Why a repair is not proven; with rules left out, why it is not even worth showing."""
    why = await trial.objection(after, [proposal] if proposal else [], leaving_out)
    left = (f for f in after.findings if f.rule not in leaving_out)
    if why is None and any(map(is_execution, left)):
        return "not every example holds when it is run alone"
    return why


def _agreement(found: Search) -> str:
    return (
        f"all {len(found.repairs)} small changes that reach this, of {found.tried} tried, behave "
        f"the same on {found.inputs} generated inputs"
    )


def _why(repair: Repair, found: Search) -> str:
    behaviours = "one behaviour" if found.clusters == 1 else f"{found.clusters} behaviours"
    return (
        f"{repair.change.what}: every example holds; {len(found.repairs)} changes reach that, "
        f"with {behaviours} on {found.inputs} generated inputs"
    )


def _proposal(before: str, after: str, wanted: Sequence[Finding], what: str) -> Proposal | None:
    """The whole change as a fix of the gravest finding that it is for."""
    if not wanted:
        return None
    finding = max(wanted, key=lambda f: f.severity.rank)
    return Proposal(finding, Fix(edits_between(before, after), what, Safety.PROVEN))


def edits_between(before: str, after: str) -> tuple[Edit, ...]:
    """The edits that turn one text into another."""
    lines = TextLines(before)
    old = before.splitlines(keepends=True)
    new = after.splitlines(keepends=True)
    edits = []
    for tag, a, b, c, d in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag != "equal":
            start = Span(a + 1, 1, b + 1, 1)
            if b >= len(lines.starts):
                end = len(before) - lines.starts[-1] + 1
                start = Span(a + 1, 1, len(lines.starts), end)
            edits.append(Edit(start, "".join(new[c:d])))
    return tuple(edits)
