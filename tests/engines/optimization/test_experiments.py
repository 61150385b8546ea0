"""Each change is an experiment: kept when it pays, taken back when it harms or does not."""

import random
from dataclasses import replace

from record_examples import validation
from virtual_clock import VirtualClock

from autovet.domain.event import Event
from autovet.domain.plan import Tuning
from autovet.domain.retention import Retention
from autovet.domain.rollup import DAY_S, HOUR_S
from autovet.engines.optimization.engine import AutonomousOptimizationEngine
from autovet.engines.optimization.experiments.disk_cache import DiskCache
from autovet.engines.optimization.experiments.experiment import Proposal
from autovet.engines.optimization.experiments.gate_order import GateOrder
from autovet.engines.optimization.experiments.left_out import LeftOut


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

    async def validated(self, n, middle_ms=10.0, repeats=0.0, hit_ms=None, kept="cache"):
        for _ in range(n):
            self.number += 1
            await self.clock.advance(1)
            again = self.random.random() < repeats
            key = self.random.randrange(20) if again else self.number + 1000
            spent = middle_ms * self.random.uniform(0.8, 1.25)
            stages = {"checks": spent}
            if again and hit_ms is not None:
                spent, stages = hit_ms, {kept: hit_ms}
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


def test_results_go_to_disk_where_memory_forgets_them_and_it_pays(play):
    async def scenario(scene):
        scene.engine = AutonomousOptimizationEngine(scene.store, scene.clock, (DiskCache(),))
        await scene.engine.restore()
        scene.engine._actions.tuning = Tuning(cached_results=2000)
        await scene.validated(40, repeats=0.5, hit_ms=0.5)
        await scene.analyse()
        assert scene.engine.status()["actions"] == []
        await scene.validated(120, repeats=0.5)  # as after a restart: seen before, and worked out
        await scene.analyse()
        assert scene.action["state"] == "on trial"
        assert "memory does not hold" in scene.action["hypothesis"]
        assert scene.engine.plan().tuning.results_on_disk
        await scene.validated(120, repeats=0.3, hit_ms=0.8, kept="disk-cache")
        await scene.analyse()
        assert scene.action["state"] == "kept"
        assert scene.action["effect"]["hit_median_ms"] == 0.8

    play(scenario)


def test_results_do_not_go_to_disk_where_memory_holds_them(play):
    async def scenario(scene):
        scene.engine = AutonomousOptimizationEngine(scene.store, scene.clock, (DiskCache(),))
        await scene.engine.restore()
        scene.engine._actions.tuning = Tuning(cached_results=2000)
        await scene.validated(300, repeats=0.5, hit_ms=0.5)
        # each source comes for the first time once: that is no repetition
        await scene.analyse()
        assert scene.engine.status()["actions"] == []

    play(scenario)


async def _gates(scene, n, ms, settled_by_checks=0.6):
    """Gates: most fail in our own checks, one in a hundred in the dear analyzer."""
    for _ in range(n):
        scene.number += 1
        await scene.clock.advance(1)
        chance = scene.random.random()
        decided = "checks" if chance < settled_by_checks else "ty" if chance > 0.99 else ""
        record = validation(
            scene.number,
            at=scene.clock.time(),
            decision="fail" if decided else "pass",
            elapsed_ms=ms * scene.random.uniform(0.8, 1.25),
            stages={"checks": 3.0, "ty": 6.0},
            gate=True,
            decided_by=decided,
        )
        scene.store.record_validation(record)
    await scene.store.flush()


def test_gates_ask_first_what_finds_failures_cheaply(play):
    async def scenario(scene):
        scene.engine = AutonomousOptimizationEngine(scene.store, scene.clock, (GateOrder(),))
        await _gates(scene, 150, ms=8.0)
        await scene.analyse()
        assert scene.action["state"] == "on trial"
        assert scene.action["after"] == ["ty"]
        assert scene.engine.plan().tuning.held_back == ("ty",)
        await _gates(scene, 250, ms=6.0)
        await scene.analyse()
        assert scene.action["state"] == "kept"
        assert 0.15 < scene.action["effect"]["won"] < 0.35

    play(scenario)


def test_an_order_of_work_that_wins_nothing_is_taken_back(play):
    async def scenario(scene):
        scene.engine = AutonomousOptimizationEngine(scene.store, scene.clock, (GateOrder(),))
        await _gates(scene, 150, ms=8.0)
        await scene.analyse()
        await _gates(scene, 250, ms=8.0)
        await scene.analyse()
        assert scene.action["state"] == "rolled back"
        assert scene.engine.plan().tuning.held_back == ()

    play(scenario)


async def _asked(scene, n, found=0, left_out=False):
    """One in twenty is asked although it is left out; ``found`` of those have a finding."""
    for each in range(n):
        scene.number += 1
        await scene.clock.advance(1)
        explored = left_out and each % 20 == 0
        heard = explored or not left_out
        pays = heard and found > 0
        found -= pays
        scene.store.record_validation(
            validation(
                scene.number,
                at=scene.clock.time(),
                paid={"ruff": 1} | ({"ty": int(pays)} if heard else {}),
                left_out=() if heard else ("ty",),
                explored=("ty",) if explored else (),
            )
        )
    await scene.store.flush()


def test_nothing_is_left_out_unless_a_loss_is_allowed(play):
    async def scenario(scene):
        scene.engine = AutonomousOptimizationEngine(scene.store, scene.clock, (LeftOut(),))
        await _asked(scene, 1500)
        await scene.analyse()
        assert scene.engine.plan().tuning.left_out == {}
        assert scene.engine.status()["actions"] == []

    play(scenario)


def test_what_never_paid_is_left_out_and_returns_when_it_does(play):
    async def scenario(scene):
        scene.engine = AutonomousOptimizationEngine(scene.store, scene.clock, (LeftOut(0.01),))
        await _asked(scene, 299)
        await scene.analyse()
        assert scene.engine.status()["actions"] == []  # 3/299 is more than one in a hundred
        await _asked(scene, 1)
        await scene.analyse()
        assert scene.engine.plan().tuning.left_out == {"shop": ("ty",)}
        assert scene.action["evidence"]["loss"] == 0.01
        await _asked(scene, 400, left_out=True)
        await scene.analyse()
        assert scene.action["state"] == "kept"
        await _asked(scene, 40, found=1, left_out=True)
        await scene.analyse()
        assert scene.engine.plan().tuning.left_out == {}
        assert "again" in scene.engine.status()["actions"][-1]["hypothesis"]
        await _asked(scene, 120)
        await scene.analyse()
        assert scene.engine.status()["actions"][-1]["state"] == "kept"
        assert scene.engine.plan().tuning.left_out == {}

    play(scenario)


def test_what_is_missed_in_the_trial_takes_it_back(play):
    async def scenario(scene):
        scene.engine = AutonomousOptimizationEngine(scene.store, scene.clock, (LeftOut(0.01),))
        await _asked(scene, 300)
        await scene.analyse()
        await _asked(scene, 60, found=1, left_out=True)
        await scene.analyse()
        assert scene.action["state"] == "rolled back"
        assert scene.action["effect"]["missed"] == 1
        assert scene.engine.plan().tuning.left_out == {}

    play(scenario)


def test_nothing_is_held_back_where_gates_pass_or_nobody_uses_them(play):
    async def scenario(scene):
        scene.engine = AutonomousOptimizationEngine(scene.store, scene.clock, (GateOrder(),))
        await scene.validated(200)
        await _gates(scene, 150, ms=8.0, settled_by_checks=0.05)
        await scene.analyse()
        assert scene.engine.status()["actions"] == []

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
