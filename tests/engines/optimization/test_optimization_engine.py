import json
import random

import pytest
from record_examples import finding, validation
from virtual_clock import VirtualClock

from autovet.domain.errors import InputError
from autovet.domain.plan import Budgets
from autovet.engines.optimization.engine import AutonomousOptimizationEngine


class Scene:
    def __init__(self, store):
        self.store = store
        self.clock = VirtualClock(1_000_000.0)
        self.engine = AutonomousOptimizationEngine(store, self.clock)
        self.random = random.Random(5)
        self.number = 0

    async def validated(self, n, checks_ms=10.0, ty_ms=8.0, undecided=0, **changes):
        """Validations with some noise, the first ``undecided`` of which stayed so."""
        for index in range(n):
            self.number += 1
            await self.clock.advance(1)
            noise = self.random.uniform(0.8, 1.2)
            stages = {"parse": 0.3, "checks": checks_ms * noise, "ty": ty_ms * noise}
            status = "undecided" if index < undecided else "passed"
            values = {
                "at": self.clock.time(),
                "elapsed_ms": max(checks_ms, ty_ms) * noise + 1,
                "stages": stages,
                "statuses": {"security": status, "performance": "failed"},
                "findings": (finding("shell-call"), finding("nested-loops", "f2")),
                "decision": "indeterminate" if index < undecided else "fail",
                "source_sha256": f"{self.number:064x}",
            }
            values |= changes
            found = values.pop("findings")
            self.store.record_validation(validation(self.number, *found, **values))
        await self.store.flush()

    async def analyse(self):
        await self.clock.advance(300)
        return await self.engine.analyze_performance_trends()

    async def kinds(self):
        await self.store.flush()
        return [event.kind for event in await self.store.events(0.0)]


def test_with_too_little_data_it_says_what_it_needs(play):
    async def scenario(scene):
        before = scene.engine.summary()
        assert before["data"] == {"validations": 0, "needs": 40, "analyzed_at": None}
        empty = await scene.analyse()
        assert empty["trends"]["total"] == {
            "n": 0, "change": {"direction": "unknown", "needs": 40, "has": 0},
        }  # fmt: skip
        await scene.validated(12)
        report = await scene.analyse()
        assert report["trends"]["total"]["change"] == {
            "direction": "unknown", "needs": 40, "has": 12,
        }  # fmt: skip
        assert report["optimization_opportunities"] == []
        assert report["applied"] == []
        assert scene.engine.plan().budgets == Budgets()

    play(scenario)


def test_a_steady_stream_has_no_trend_and_the_figures_are_right(play):
    async def scenario(scene):
        await scene.validated(100, stages={"checks": 4.0}, elapsed_ms=8.0)
        report = await scene.analyse()
        assert json.loads(json.dumps(report)) == report
        total = report["trends"]["total"]
        assert (total["n"], total["median_ms"], total["p95_ms"]) == (100, 8.0, 8.0)
        assert total["change"]["direction"] == "steady"
        assert report["trends"]["success_rates"]["security"]["pass_rate"] == 1.0
        assert report["trends"]["success_rates"]["performance"]["pass_rate"] == 0.0
        slowest, second = report["trends"]["slowest_checks"]
        assert (slowest["check"], slowest["share"], slowest["mean_ms"]) == (
            "nested-loops", 0.6667, 0.4,
        )  # fmt: skip
        assert second["runs"] == 100
        assert scene.engine.summary() == report

    play(scenario)


def test_noise_alone_is_no_trend(play):
    async def scenario(scene):
        await scene.validated(400)
        report = await scene.analyse()
        assert report["trends"]["total"]["change"]["direction"] == "steady"
        assert report["optimization_opportunities"] == []

    play(scenario)


def test_a_slow_down_is_seen_as_a_trend_with_its_gain(play):
    async def scenario(scene):
        await scene.validated(150)
        await scene.validated(50, checks_ms=20.0)
        report = await scene.analyse()
        assert report["trends"]["total"]["change"]["direction"] == "rising"
        stage = report["trends"]["stages"]["checks"]["change"]
        assert stage["direction"] == "rising"
        assert 0.8 < stage["relative"] < 1.2
        assert stage["confidence"] > 0.999
        assert report["trends"]["stages"]["ty"]["change"]["direction"] == "steady"
        (found,) = report["optimization_opportunities"]
        assert "checks" in found["what"]
        assert 8 < found["expected_gain_ms"] < 12
        assert report["recommended_actions"][0]["expected_gain_ms"] == found["expected_gain_ms"]

    play(scenario)


def test_a_stage_that_slows_down_in_the_shadow_of_another_is_no_opportunity(play):
    async def scenario(scene):
        await scene.validated(150, checks_ms=30.0, ty_ms=5.0)
        await scene.validated(50, checks_ms=30.0, ty_ms=15.0)
        report = await scene.analyse()
        assert report["trends"]["stages"]["ty"]["change"]["direction"] == "rising"
        assert report["optimization_opportunities"] == []

    play(scenario)


def test_checks_that_dominate_and_never_pay_are_named(play):
    async def scenario(scene):
        times = {f"check-{number}": 0.1 for number in range(19)} | {"slow-check": 3.0}
        await scene.validated(250, checks=times, findings=(finding("check-1"),))
        report = await scene.analyse()
        slowest = report["trends"]["slowest_checks"][0]
        assert (slowest["check"], slowest["findings"]) == ("slow-check", 0)
        paying = next(
            c for c in scene.engine.summary()["trends"]["slowest_checks"] if c["findings"]
        )
        assert (paying["check"], paying["findings_per_ms"]) == ("check-1", 10.0)
        gains = {o["what"]: o["expected_gain_ms"] for o in report["optimization_opportunities"]}
        assert gains == {
            "check slow-check never found anything": 3.0,
            "check slow-check dominates": 2.9,
        }

    play(scenario)


def test_categories_that_stay_undecided_are_named(play):
    async def scenario(scene):
        await scene.validated(100, undecided=20)
        (found,) = (await scene.analyse())["optimization_opportunities"]
        assert found["what"] == "security is often undecided"
        assert found["expected_gain_ms"] is None
        assert found["evidence"]["undecided"] == 20

    play(scenario)


def test_fast_stages_keep_the_default_budgets(play):
    async def scenario(scene):
        await scene.validated(150)
        assert (await scene.analyse())["applied"] == []
        assert scene.engine.plan().budgets == Budgets()

    play(scenario)


def test_slow_stages_get_longer_budgets_which_are_kept_when_they_do_no_harm(play):
    async def scenario(scene):
        await scene.validated(150, checks_ms=800.0)
        (action,) = (await scene.analyse())["applied"]
        budgets = scene.engine.plan().budgets
        assert 17 < budgets.inspection_s < 20  # 20 times a p99 of about 950 ms
        assert budgets.analyzer_s == Budgets().analyzer_s
        assert (budgets.admission_s, budgets.execution_s) == (3.0, 2.0)
        assert action["before"]["inspection_s"] == 10.0
        assert action["after"]["inspection_s"] == budgets.inspection_s
        assert action["evidence"]["checks"]["n"] == 150
        assert scene.engine.plan().applied == (action,)
        await scene.validated(210, checks_ms=800.0)
        (kept,) = (await scene.analyse())["applied"]
        assert kept["state"] == "kept"
        assert kept["undecided_after"] == {"n": 210, "undecided": 0, "rate": 0.0}
        assert await scene.kinds() == ["optimization.applied", "optimization.kept"]

    play(scenario)


def test_hostile_input_stretches_a_budget_only_so_far(play):
    async def scenario(scene):
        await scene.validated(150, ty_ms=60_000.0)
        await scene.analyse()
        assert scene.engine.plan().budgets.analyzer_s == 3 * Budgets().analyzer_s

    play(scenario)


def test_budgets_are_rolled_back_when_more_stays_undecided_and_rest_for_a_day(play):
    async def scenario(scene):
        await scene.validated(150, checks_ms=800.0, undecided=3)
        await scene.analyse()
        assert scene.engine.plan().budgets != Budgets()
        await scene.validated(20, checks_ms=800.0, undecided=10)
        await scene.analyse()
        assert scene.engine.plan().budgets != Budgets()  # 20 validations are too few to tell
        await scene.validated(40, checks_ms=800.0, undecided=5)
        report = await scene.analyse()
        assert report["applied"] == []
        assert scene.engine.plan().budgets == Budgets()
        (action,) = scene.engine.status()["actions"]
        assert action["state"] == "rolled back"
        assert action["undecided_after"]["undecided"] == 15
        assert await scene.kinds() == ["optimization.applied", "optimization.rolled-back"]
        await scene.analyse()
        assert scene.engine.plan().budgets == Budgets()
        await scene.clock.advance(86_400)
        await scene.analyse()
        assert scene.engine.plan().budgets != Budgets()

    play(scenario)


def test_an_action_can_be_reverted_by_hand_and_survives_a_restart(play):
    async def scenario(scene):
        await scene.validated(150, checks_ms=800.0)
        (action,) = (await scene.analyse())["applied"]
        later = AutonomousOptimizationEngine(scene.store, scene.clock)
        await later.restore()
        assert later.plan() == scene.engine.plan()
        with pytest.raises(InputError, match="budgets-1"):
            await later.revert("budgets-7")
        reverted = await later.revert(action["id"])
        assert reverted["state"] == "reverted"
        assert later.plan().budgets == Budgets()
        assert (await scene.kinds())[-1] == "optimization.reverted"
        await later.analyze_performance_trends()
        again = AutonomousOptimizationEngine(scene.store, scene.clock)
        await again.restore()
        assert again.plan().budgets == Budgets()
        with pytest.raises(InputError, match="none"):
            await again.revert(action["id"])

    play(scenario)


def test_budgets_stay_when_there_is_too_little_to_measure(play):
    async def scenario(scene):
        await scene.validated(150, checks_ms=800.0)
        await scene.analyse()
        await scene.validated(210, checks_ms=800.0)
        await scene.analyse()
        budgets = scene.engine.plan().budgets
        assert budgets != Budgets()
        await scene.clock.advance(30 * 86_400)
        later = AutonomousOptimizationEngine(scene.store, scene.clock)
        await scene.validated(5)
        report = await later.analyze_performance_trends()
        assert report["data"]["validations"] == 5
        assert later.plan().budgets == budgets

    play(scenario)
