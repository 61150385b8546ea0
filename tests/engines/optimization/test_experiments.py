"""Each change is an experiment: kept when it pays, taken back when it harms or does not."""

import random
from dataclasses import replace

from record_examples import validation
from virtual_clock import VirtualClock

from autovet.domain.event import Event
from autovet.domain.retention import Retention
from autovet.domain.rollup import DAY_S, HOUR_S
from autovet.engines.optimization.engine import AutonomousOptimizationEngine
from autovet.engines.optimization.experiments.experiment import Proposal


class Harmful:
    """Makes everything slower, and thinks well of itself."""

    name = "harmful"

    def setting(self, tuning):
        return tuning.cached_results

    def turned(self, tuning, setting):
        return replace(tuning, cached_results=setting)

    def propose(self, samples, tuning):
        return None if tuning.cached_results else Proposal(7, "it gets faster", {"n": len(samples)})

    def benefit(self, before, after):
        return ("kept" if len(after) > 500 else "on trial"), {}


class Scene:
    def __init__(self, store):
        self.store = store
        self.clock = VirtualClock(1_000_000.0)
        self.random = random.Random(3)
        self.engine = AutonomousOptimizationEngine(store, self.clock)
        self.number = 0

    async def validated(self, n, middle_ms=10.0, repeats=0.0, hit_ms=None):
        for _ in range(n):
            self.number += 1
            await self.clock.advance(1)
            again = self.random.random() < repeats
            key = self.random.randrange(20) if again else self.number + 1000
            spent = middle_ms * self.random.uniform(0.8, 1.25)
            stages = {"checks": spent}
            if again and hit_ms is not None:
                spent, stages = hit_ms, {"cache": hit_ms}
            record = validation(
                self.number,
                at=self.clock.time(),
                elapsed_ms=spent,
                stages=stages,
                source_sha256=f"{key:064x}",
            )
            self.store.record_validation(record)
        await self.store.flush()

    async def analyse(self):
        await self.clock.advance(300)
        return await self.engine.analyze_performance_trends()

    @property
    def action(self):
        (action,) = self.engine.status()["actions"]
        return action


def test_results_are_kept_where_sources_repeat_and_it_pays(play):
    async def scenario(scene):
        await scene.validated(150, repeats=0.3)
        await scene.analyse()
        assert scene.action["state"] == "on trial"
        assert "repeat an earlier one" in scene.action["hypothesis"]
        assert scene.engine.plan().tuning.cached_results == 2000
        await scene.validated(120, repeats=0.3, hit_ms=0.5)
        await scene.analyse()
        assert scene.action["state"] == "kept"
        effect = scene.action["effect"]
        assert effect["hits"] > 20
        assert effect["hit_median_ms"] == 0.5
        assert 2 < effect["saved_ms_a_validation"] < 4

    play(scenario)


def test_results_are_not_kept_where_nothing_repeats(play):
    async def scenario(scene):
        await scene.validated(150)
        await scene.analyse()
        assert scene.engine.status()["actions"] == []

    play(scenario)


def test_a_cache_that_is_never_hit_is_taken_back(play):
    async def scenario(scene):
        await scene.validated(150, repeats=0.3)
        await scene.analyse()
        await scene.validated(1000)
        await scene.analyse()
        assert scene.action["state"] == "rolled back"
        assert scene.engine.plan().tuning.cached_results == 0

    play(scenario)


def test_an_action_that_harms_is_taken_back_within_its_trial(play):
    async def scenario(scene):
        scene.engine = AutonomousOptimizationEngine(scene.store, scene.clock, (Harmful(),))
        await scene.validated(100)
        await scene.analyse()
        assert scene.action["state"] == "on trial"
        await scene.validated(60, middle_ms=14.0)
        report = await scene.analyse()
        assert report["applied"] == []
        assert scene.action["state"] == "rolled back"
        assert "a line takes" in scene.action["harm"]
        assert scene.action["elapsed_after"]["n"] == 60
        assert scene.engine.plan().tuning.cached_results == 0
        await scene.store.flush()
        kinds = [event.kind for event in await scene.store.events(0.0)]
        assert kinds == ["optimization.applied", "optimization.rolled-back"]

    play(scenario)


def test_noise_is_no_harm(play):
    async def scenario(scene):
        scene.engine = AutonomousOptimizationEngine(scene.store, scene.clock, (Harmful(),))
        await scene.validated(100)
        await scene.analyse()
        for _ in range(8):
            await scene.validated(40)
            await scene.analyse()
        assert scene.action["state"] == "on trial"

    play(scenario)


def test_who_follows_takes_up_what_the_leader_changed(play):
    async def scenario(scene):
        follower = AutonomousOptimizationEngine(scene.store, scene.clock)
        await follower.restore()
        await scene.validated(150, repeats=0.3)
        await scene.analyse()
        assert follower.plan().tuning.cached_results == 0
        assert (await follower.follow())["settings"]["result-cache"] == 2000
        assert follower.plan() == scene.engine.plan()

    play(scenario)


def test_a_slow_down_names_its_moment_and_what_happened_then(play):
    async def scenario(scene):
        await scene.validated(150)
        moment = scene.clock.time()
        scene.store.record_event(Event(moment, "analyzer.restarted", "ty", {}))
        await scene.validated(100, middle_ms=18.0)
        trends = (await scene.analyse())["trends"]
        (total, checks) = trends["change_points"]
        assert {total["what"], checks["what"]} == {"total", "checks"}
        assert abs(total["at"] - moment) < 30
        assert 9 < total["before"] < 11 < 16 < total["after"] < 20
        assert [event["subject"] for event in total["around"]] == ["ty"]

    play(scenario)


def test_the_past_stays_in_sight_after_the_single_records_went(play):
    async def scenario(scene):
        scene.clock = VirtualClock(1_000_000.0 // DAY_S * DAY_S)
        scene.engine = AutonomousOptimizationEngine(scene.store, scene.clock)
        for _ in range(26):
            await scene.validated(10)
            await scene.clock.advance(HOUR_S - 10)
        await scene.store.maintain(Retention(keep_s=HOUR_S), scene.clock.time())
        assert len(await scene.store.validations(0.0)) < 40
        trends = (await scene.analyse())["trends"]
        assert [hour["validations"] for hour in trends["hours"]] == [10] * 25
        assert 8 < trends["hours"][0]["median_ms"] < 12
        assert [day["validations"] for day in trends["days"]] == [240]

    play(scenario)
