"""Runs the probes: a sweep over all of them, then each suspicion alone in a fresh process."""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass

from autovet.domain.category import Category
from autovet.domain.context import Context
from autovet.domain.execution import Step
from autovet.domain.finding import Finding
from autovet.domain.inspection import Inspection
from autovet.domain.probe import Probe, Probes
from autovet.domain.unverified import Unverified
from autovet.ports import Sandbox
from autovet.source.parsing import parse_module
from autovet.validation.execution.derived.changes import Change, changes
from autovet.validation.execution.derived.confirming import Confirmation, change_finding, finding
from autovet.validation.execution.derived.crashes import Crashes
from autovet.validation.execution.derived.shrinking import shrunk
from autovet.validation.execution.derived.suspecting import Suspicion, suspicions
from autovet.validation.execution.derived.sweeping import (
    SHARE,
    Swept,
    by_function,
    job,
    sweep_step,
)
from autovet.validation.execution.located import CodeMap

MAX_SUSPICIONS = 12
ENDLESS_CPU_S = 0.15
"""Processor time after which a call on a small input is taken to run for ever."""


@dataclass(frozen=True, slots=True)
class Derived:
    """What the probes showed.

    Attributes:
        rules: the sentences of the business rules that could be tried.
    """

    findings: tuple[Finding, ...] = ()
    unverified: tuple[Unverified, ...] = ()
    rules: frozenset[str] = frozenset()


async def run_probes(
    sandbox: Sandbox,
    inspection: Inspection,
    context: Context,
    text: str,
    budget_s: float,
    swept: Swept | None = None,
) -> Derived:
    """Try the inspected functions on made-up inputs, unless they were swept over already.

    Raises:
        SandboxUnavailable: this host cannot isolate a run.
    """
    probes = inspection.probes
    if probes is None or not probes.probes:
        return Derived()
    deadline = time.monotonic() + budget_s
    run = _Run(sandbox, context, deadline)
    swept = await run.sweep(probes.code, probes.probes, swept)
    if not swept.loaded:
        return Derived()
    changed: list[Change] = []
    if probes.previous:
        compared = [p for p in probes.probes if p.rule == "changed-behaviour"]
        before = await run.sweep(probes.previous, compared)
        changed = changes(compared, before, swept)
    ruled = _rules_tried(probes, swept)
    if not changed and not _anything_odd(probes, swept):
        return Derived((), _untried(probes, swept, ()), ruled)
    suspected, code = await asyncio.to_thread(_suspect, probes, swept, inspection, context, text)
    if code is None:
        return Derived((), _untried(probes, swept, ()), ruled)
    found: list[Finding] = []
    for confirmation in await run.confirm(probes.code, suspected, swept):
        made = finding(confirmation, code, Crashes(code.module), context.path)
        found += [made] if made is not None else []
    found += [
        change_finding(change, code, context.path)
        for change in changed
        if await run.still_differs(probes, change)
    ]
    return Derived(tuple(found), _untried(probes, swept, found), ruled)


def _rules_tried(probes: Probes, swept: Swept) -> frozenset[str]:
    return frozenset(
        p.because
        for p in probes.probes
        if p.rule == "broken-business-rule"
        and (got := swept.outcomes.get(p.sweep)) is not None
        and got.kind == "returned"
    )


def _untried(probes: Probes, swept: Swept, found: Sequence[Finding]) -> tuple[Unverified, ...]:
    """What the budget left no time for, of functions about which nothing was found."""
    spoken_of = {finding.evidence["function"] for finding in found}
    left = [
        f"{name}() on {sum(text not in swept.outcomes for text in texts)} made-up inputs"
        for name, texts in by_function(probes.probes).items()
        if swept.missing(texts) and name not in spoken_of
    ]
    why = "the time for trying it was used up"
    return tuple(Unverified(Category.BUSINESS_LOGIC, what, why) for what in left)


def _anything_odd(probes: Probes, swept: Swept) -> bool:
    """A first look without parsing anything: most files show nothing."""
    for probe in probes.probes:
        got = swept.outcomes.get(probe.sweep or probe.call)
        if got is None:
            continue
        if got.kind != "returned":
            return True
        if probe.returns is not None:
            want = swept.outcomes.get(probe.returns)
            if want is None or want.value != got.value:
                return True
    return False


def _suspect(
    probes: Probes, swept: Swept, inspection: Inspection, context: Context, text: str
) -> tuple[list[Suspicion], CodeMap | None]:
    module = parse_module(context.path, text)
    if module is None:
        return [], None
    found = list(suspicions(probes.probes, swept, Crashes(module)))
    found = sorted(found, key=lambda s: -s.severity.rank)[:MAX_SUSPICIONS]
    return found, CodeMap(module, {f.name: f.span for f in inspection.functions})


def _alone(suspicion: Suspicion) -> Step:
    probe = suspicion.probe
    if suspicion.endless:
        return Step("None", calls=((probe.call,),), call_cpu_s=ENDLESS_CPU_S)
    due = ((probe.returns,),) if probe.returns is not None else ()
    return Step(probe.call, probe.setup, calls=due)


class _Run:
    """The jobs of one file, all within one deadline."""

    def __init__(self, sandbox: Sandbox, context: Context, deadline: float) -> None:
        self._sandbox = sandbox
        self._context = context
        self._deadline = deadline

    def _left(self) -> float:
        return max(0.05, self._deadline - time.monotonic())

    async def sweep(self, code: str, probes: Sequence[Probe], swept: Swept | None = None) -> Swept:
        """All in one process; where that ends badly, a process for each function."""
        if swept is None:
            swept = Swept()
            step = sweep_step(code, probes, self._left())
            outcomes = await self._sandbox.run(job(code, [step], self._context, self._left()))
            swept.add(step, outcomes[0])
        if swept.broken:
            steps = [
                Step("None", calls=(tuple(texts),), calls_s=self._left() / 4)
                for texts in by_function(probes).values()
            ]
            budget_s = self._left() * SHARE
            outcomes = await self._sandbox.run(job(code, steps, self._context, budget_s))
            for each, outcome in zip(steps, outcomes, strict=True):
                swept.add(each, outcome)
        return swept

    async def confirm(
        self, code: str, suspected: Sequence[Suspicion], swept: Swept
    ) -> list[Confirmation]:
        """Each suspicion's call alone, against a fresh module."""
        if not suspected:
            return []
        suspected = await shrunk(suspected, swept, lambda texts: self.trial(code, texts))
        # what may not end goes last, so that it takes none of the others' time
        suspected = sorted(suspected, key=lambda s: s.endless)
        steps = [_alone(suspicion) for suspicion in suspected]
        outcomes = await self._sandbox.run(job(code, steps, self._context, self._left()))
        return [Confirmation(s, got) for s, got in zip(suspected, outcomes, strict=True)]

    async def trial(self, code: str, texts: Sequence[str]) -> Swept:
        """Evaluate some expressions in one process."""
        swept = Swept()
        step = Step("None", calls=(tuple(texts),), calls_s=self._left() / 4)
        outcomes = await self._sandbox.run(job(code, [step], self._context, self._left() / 2))
        swept.add(step, outcomes[0])
        return swept

    async def still_differs(self, probes: Probes, change: Change) -> bool:
        """Whether old and new differ on the call alone, too."""
        before = await self.trial(probes.previous, [change.probe.call])
        after = await self.trial(probes.code, [change.probe.call])
        return bool(changes([change.probe], before, after))
