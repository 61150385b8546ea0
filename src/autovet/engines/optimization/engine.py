"""The optimization engine of the seed."""

import asyncio
from collections.abc import Mapping, Sequence
from copy import deepcopy
from typing import Any

from autovet.domain.event import Event
from autovet.domain.plan import Plan
from autovet.domain.rollup import DAY_S, HOUR_S
from autovet.engines.optimization.actions import EXPERIMENTS, Action, Actions
from autovet.engines.optimization.experiments.experiment import Experiment
from autovet.engines.optimization.history import MOST_SAMPLES, OVERLAP_S, History, Sample
from autovet.engines.optimization.opportunities import opportunities
from autovet.engines.optimization.past import changes, course
from autovet.engines.optimization.trends import (
    NEEDED,
    change,
    checks,
    findings_per_ms,
    latency,
    stage_series,
    success,
)
from autovet.ports import Clock, Store

_STATE = "optimization"
_PAGE = 500
_WINDOW_S = 14 * 86_400.0
_SLOWEST = 10
_HOURS_S = 48 * HOUR_S
_DAYS_S = 30 * DAY_S
_SLICE = 50
"""Records that are taken in before the event loop gets its turn: about 5 ms."""


class AutonomousOptimizationEngine:
    """Reads the layer's own measurements, and applies changes that are safe, as experiments.

    Each change is on record with its hypothesis, what was before and after and what it brought; it
    is taken back when it does harm or does not pay, and can be reverted by hand.

    Args:
        store: where the measurements and the actions are.
        clock: the time of actions.
        experiments: what may be tried, the most promising first.
    """

    def __init__(
        self, store: Store, clock: Clock, experiments: tuple[Experiment, ...] = EXPERIMENTS
    ) -> None:
        self._store = store
        self._clock = clock
        self._history = History()
        self._actions = Actions(experiments=experiments)
        self._experiments = experiments
        self._restored = False
        self._analyses = 0
        self._report: dict[str, Any] | None = None

    async def restore(self) -> None:
        """Take up the budgets and actions of before; a second call does nothing.

        Raises:
            StoreError: the store cannot be read.
        """
        if self._restored:
            return
        state = await self._store.load_state(_STATE) or {}
        if not self._restored:
            self._restored = True
            self._actions = Actions.from_state(state, self._experiments)

    async def analyze_performance_trends(self) -> dict[str, Any]:
        """Read what was measured since the last time, judge the action on trial, and look for more.

        Returns:
            ``trends`` (stages and total with median, 95th percentile and recent change; success by
            category; slowest checks; findings per millisecond), ``optimization_opportunities``,
            ``recommended_actions``, ``applied``, and the ``data`` that all this rests on.

        Raises:
            StoreError: the store cannot be read or written.
        """
        await self.restore()
        await self._read()
        now = self._clock.time()
        samples = list(self._history.samples)
        series = stage_series(samples)
        judged = self._actions.judge(samples, now)
        if judged and judged["state"] == "rolled back":
            self._note("optimization.rolled-back", judged)
        elif judged:
            self._note("optimization.kept", judged)
        proposed = self._actions.propose(samples, now)
        if proposed:
            self._note("optimization.applied", proposed)
        by_check = checks(self._history.blocks)
        figures = await asyncio.to_thread(_figures, samples, series, by_check)
        figures["trends"] |= await self._past(samples, series, now)
        data = {
            "validations": len(samples),
            "most": MOST_SAMPLES,
            "needs": NEEDED,
            "analyzed_at": now,
        }
        self._report = {**figures, "applied": self._applied(), "data": data}
        self._analyses += 1
        if judged or proposed:
            await self._save()
        return deepcopy(self._report)

    async def follow(self) -> dict[str, Any]:
        """Take up what the process that leads has changed; nothing is tried here.

        Returns:
            The settings that hold now.

        Raises:
            StoreError: the store cannot be read.
        """
        self._restored = False
        await self.restore()
        return {"settings": self._actions.as_state()["settings"]}

    def summary(self) -> dict[str, Any]:
        """The last analysis, without waiting, for a validation's result."""
        if self._report is None:
            return {
                "trends": {},
                "optimization_opportunities": [],
                "recommended_actions": [],
                "applied": self._applied(),
                "data": {"validations": 0, "needs": NEEDED, "analyzed_at": None},
            }
        return self._report | {"applied": self._applied()}

    def plan(self) -> Plan:
        """How the next run is to be done."""
        return Plan(self._actions.tuning, tuple(self._applied()))

    async def revert(self, action_id: str) -> dict[str, Any]:
        """Take an action back; nothing is tried again for a day.

        Returns:
            The action as it is now.

        Raises:
            InputError: there is no such action in effect.
            StoreError: it is taken back, but that is not on disk yet.
        """
        await self.restore()
        action = self._actions.revert(action_id, self._clock.time())
        self._note("optimization.reverted", action)
        await self._save()
        return deepcopy(action)

    def status(self) -> dict[str, Any]:
        """How optimization itself is doing, in figures."""
        return {
            "analyses": self._analyses,
            "validations_in_view": len(self._history.samples),
            "settings": self._actions.as_state()["settings"],
            "actions": deepcopy(self._actions.taken),
            **self.summary(),
        }

    async def _past(
        self, samples: Sequence[Sample], series: Mapping[str, Sequence[float]], now: float
    ) -> dict[str, Any]:
        hours = await self._store.rollups(now - _HOURS_S, HOUR_S)
        days = await self._store.rollups(now - _DAYS_S, DAY_S)
        events = await self._store.events(samples[0].at - _HOURS_S) if samples else ()
        return {
            "hours": course(hours),
            "days": course(days),
            "change_points": await asyncio.to_thread(changes, samples, series, events),
        }

    def _applied(self) -> list[Action]:
        return [deepcopy(action) for action in self._actions.in_effect]

    async def _read(self) -> None:
        first = not self._history.samples
        since = self._clock.time() - _WINDOW_S if first else self._history.cursor - OVERLAP_S
        while True:
            page = await self._store.validations(since, _PAGE)
            for start in range(0, len(page), _SLICE):
                self._history.add(page[start : start + _SLICE])
                await asyncio.sleep(0)
            if len(page) < _PAGE:
                return
            since = page[-1].at

    def _note(self, kind: str, action: Action) -> None:
        self._store.record_event(Event(self._clock.time(), kind, action["id"], deepcopy(action)))

    async def _save(self) -> None:
        await self._store.save_state(_STATE, self._actions.as_state())


def _figures(
    samples: Sequence[Sample],
    series: Mapping[str, Sequence[float]],
    by_check: Sequence[Mapping[str, Any]],
) -> dict[str, Any]:
    """The part of the report that is computed, which takes tens of milliseconds."""
    latencies = {stage: latency(values) for stage, values in series.items()}
    successes = success(samples)
    lines = change([float(sample.lines) for sample in samples])
    found = opportunities(latencies, by_check, successes, lines)
    return {
        "trends": {
            "total": latencies.pop("total"),
            "stages": latencies,
            "lines": lines,
            "success_rates": successes,
            "slowest_checks": list(by_check[:_SLOWEST]),
            "findings_per_ms": findings_per_ms(samples),
        },
        "optimization_opportunities": found,
        "recommended_actions": [
            {key: each[key] for key in ("action", "why", "expected_gain_ms")} for each in found
        ],
    }
