"""Searches for a small edit after which all examples, contracts and rules hold."""

import asyncio
import math
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from autovet.domain.context import Context
from autovet.domain.errors import SandboxUnavailable
from autovet.domain.execution import Step
from autovet.engines.healing.proof import Judged
from autovet.engines.healing.repair import Repair, Search
from autovet.engines.healing.small_edits.all_changes import paired_changes, single_changes
from autovet.engines.healing.small_edits.change import Change
from autovet.engines.healing.small_edits.ground import Ground
from autovet.ports import Sandbox
from autovet.source.parsing import parse_module
from autovet.validation.execution.planning import plan_job
from autovet.validation.healing.clusters import Row, clustered, question, readable, tells
from autovet.validation.healing.goal import Goal
from autovet.validation.healing.grounds import grounds_of
from autovet.validation.healing.inputs import generated_steps
from autovet.validation.healing.trials import Trials, Variant

BUDGET_S = 12.0
"""Seconds that a search may take unless the context's budget says less."""
PROPOSED_COST = 1.0
"""What a text from a model costs in the ranking: as much as a usual slip."""
_CHUNK = 480
SHOWN = 200
"""Characters of a result's text that the sandbox tells of a variant."""
_MOST_TEXT = 60_000
_MOST_COMPARED = 120
_PAIRED = 90
_MOST_PAIRS = 4_000
_SHARE_OF_SINGLES = 0.7
_KEPT_FOR_PROBES_S = 1.5
_PILOTS = 4
_FAR = 1.2
"""How much less likely than the likeliest repair another may be to be thought of at all."""


@dataclass(slots=True)
class _Partial:
    """A single edit that changed something and how many claims hold with it."""

    change: Change
    held: int


@dataclass(frozen=True, slots=True)
class RepairSearch:
    """Looks for repairs of the functions that the failing claims run through."""

    sandbox: Sandbox

    async def __call__(
        self, judged: Judged, context: Context, proposed: Sequence[str] = ()
    ) -> Search:
        """Search; nothing is found where nothing fails, because then there is no goal.

        Args:
            judged: the code and the facts of its tree.
            context: as in judging it.
            proposed: changed texts from elsewhere, which count as any other candidate.
        """
        started = time.monotonic()
        total = BUDGET_S if context.budget_ms is None else min(BUDGET_S, context.budget_ms / 1000)
        if judged.inspection is None or len(judged.text) > _MOST_TEXT:
            return Search()
        planned = plan_job(judged.inspection, context, judged.text)
        if not planned.claims:
            return Search()
        try:
            goal = Goal(planned, await self.sandbox.run(planned.job))
            if not goal.failing or goal.outcomes[0].kind != "returned":
                return Search()
            trials = Trials(self.sandbox, planned.job)
            code = await asyncio.to_thread(parse_module, context.path, judged.text)
            if code is None:
                return Search()
            grounds = await grounds_of(goal, trials, judged.inspection, code)
            if not grounds and not proposed:
                return Search()
            return await _search(goal, trials, grounds, proposed, started + total)
        except SandboxUnavailable:
            return Search()


async def _search(
    goal: Goal,
    trials: Trials,
    grounds: Sequence[Ground],
    proposed: Sequence[str],
    deadline: float,
) -> Search:
    started = time.monotonic()
    whole = len(trials.job.code)
    foreign = [Change(((0, whole, text),), PROPOSED_COST, "as proposed") for text in proposed]
    singles = await asyncio.to_thread(single_changes, grounds)
    until = started + (deadline - started) * _SHARE_OF_SINGLES
    last = deadline - _KEPT_FOR_PROBES_S
    repairs, partial, done = await _tried(goal, trials, singles, until, longer=last)
    if not repairs and partial:
        pairs = await asyncio.to_thread(_pairs, partial)
        more, _, _ = await _tried(goal, trials, pairs, last, first=24)
        repairs += [replace(repair, provable=False) for repair in more]
    more, _, _ = await _tried(goal, trials, foreign, deadline)
    repairs += [replace(repair, provable=False) for repair in more]
    found = Search(tried=trials.tried, exhausted=done, failing=tuple(c.call for c in goal.failing))
    return await _compared(found, repairs, goal, trials, deadline)


async def _tried(
    goal: Goal,
    trials: Trials,
    changes: Sequence[Change],
    until: float,
    *,
    first: int | None = None,
    longer: float | None = None,
) -> tuple[list[Repair], list[_Partial], bool]:
    """Run changes in order of cost, and tell whether all were run.

    ``first`` stops after so many that reach the goal; ``longer`` is the time to stop instead of
    ``until`` once one does, because nothing but completeness is left to search for.
    """
    repairs: list[Repair] = []
    partial: list[_Partial] = []
    for at in range(0, len(changes), _CHUNK):
        until = longer if repairs and longer is not None else until
        if time.monotonic() > until or (first is not None and len(repairs) >= first):
            return repairs, partial, False
        if changes[at].cost > _furthest(repairs):
            return repairs, partial, True
        chunk = changes[at : at + _CHUNK]
        rows = await trials.outcomes([c.replacements for c in chunk], goal.steps, until)
        found, changed = await asyncio.to_thread(_told_apart, goal, chunk, rows)
        repairs += found
        partial += changed
    return repairs, partial, time.monotonic() <= until


def _furthest(repairs: Sequence[Repair]) -> float:
    """The cost up to which repairs count beside these."""
    return min((r.change.cost for r in repairs if not r.change.special), default=math.inf) + _FAR


def _told_apart(
    goal: Goal, changes: Sequence[Change], rows: Sequence[Row | None]
) -> tuple[list[Repair], list[_Partial]]:
    """The changes that reach the goal, and those that at least changed something."""
    repairs: list[Repair] = []
    partial: list[_Partial] = []
    base = [goal.outcomes[p] for p in goal.positions]
    before = [(o.kind, o.text[:SHOWN], o.error) for o in base]
    for change, row in zip(changes, rows, strict=True):
        if row is None or row[0].kind in {"import-failed", "timeout"}:
            continue
        if goal.reached(row):
            text = change.applied(goal.planned.job.code)
            repairs.append(Repair(change, text, provable=not change.special))
        elif [(o.kind, o.text[:SHOWN], o.error) for o in row] != before:
            partial.append(_Partial(change, goal.progress(row)))
    return repairs, partial


def _pairs(partial: Sequence[_Partial]) -> list[Change]:
    best = sorted(partial, key=lambda p: (-p.held, p.change.cost))[:_PAIRED]
    return paired_changes([p.change for p in best], _MOST_PAIRS)


async def _compared(
    found: Search, repairs: list[Repair], goal: Goal, trials: Trials, deadline: float
) -> Search:
    """Cluster the repairs by behaviour on generated inputs."""
    furthest = _furthest(repairs)
    near = [r for r in repairs if r.change.cost <= furthest]
    chosen = sorted(near, key=lambda r: r.change.cost)[:_MOST_COMPARED]
    if not chosen:
        return found
    reached = {c.function for c in goal.failing}
    steps = generated_steps([c for c in goal.planned.claims if c.function in reached])
    variants: list[Variant] = [r.change.replacements for r in chosen]
    until = max(deadline, time.monotonic() + _KEPT_FOR_PROBES_S)
    steps = await _quick(steps, variants[:_PILOTS], trials, until)
    rows = await trials.outcomes(variants, steps, until, patient=True) if steps else []
    ranked, behaviours, asked = await asyncio.to_thread(_ranked, chosen, rows, steps)
    return replace(
        found,
        repairs=tuple(ranked),
        inputs=sum(map(tells, behaviours[0])) if behaviours else 0,
        clusters=len({r.cluster for r in ranked}) if steps else 0,
        questions=(asked,) if asked is not None else (),
        tried=trials.tried,
    )


def _ranked(
    repairs: list[Repair], rows: Sequence[Row | None], steps: Sequence[Step]
) -> tuple[list[Repair], list[list[str]], Mapping[str, Any] | None]:
    """The repairs with their clusters, best first, what they did, and what to ask."""
    if not steps:
        return repairs, [], None
    ranked, behaviours = clustered(repairs, rows, len(steps))
    return ranked, behaviours, question(ranked, behaviours, steps, readable(rows))


async def _quick(
    steps: list[Step], pilots: Sequence[Variant], trials: Trials, until: float
) -> list[Step]:
    """The inputs on which the likeliest candidates end soon; the others tell nothing."""
    rows = await trials.outcomes(pilots, steps, until, all_steps=True) if steps else []
    ran = [row for row in rows if row and len(row) == len(steps)]
    return [
        step
        for index, step in enumerate(steps)
        if sum(row[index].kind == "timeout" for row in ran) <= len(ran) / 2
    ]
