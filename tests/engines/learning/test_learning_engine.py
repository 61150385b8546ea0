import asyncio
import json

import pytest
from record_examples import finding, validation
from virtual_clock import VirtualClock

from autovet.adapters.store.sql_store import SqlStore
from autovet.domain.errors import InputError
from autovet.domain.event import Outcome
from autovet.engines.learning.engine import AutonomousLearningEngine


class Scene:
    def __init__(self, store):
        self.store = store
        self.clock = VirtualClock(9_000.0)
        self.engine = self.another_process()
        self.moment = 1_000.0

    def another_process(self):
        return AutonomousLearningEngine(self.store, self.clock)

    async def seen(self, rule="nested-loops", category="performance", severity="warning", n=10):
        """Validations in which the rule fired, with the findings ``f0`` to ``f<n-1>``."""
        for number in range(n):
            found = finding(rule, f"{rule}-{number}", category, severity)
            self.store.record_validation(validation(number, found))
        await self.store.flush()

    async def say(self, verdict, number=0, author="ann", rule="nested-loops", project="shop"):
        self.moment += 1
        outcome = Outcome(self.moment, f"{rule}-{number}", rule, project, verdict, author=author)
        return await self.engine.record_feedback(outcome)

    def actions(self, engine=None):
        rules = (engine or self.engine).policy().adaptations
        return [(r.action, r.rule, r.scope) for r in rules if r.action != "dismiss"]

    def dismissed(self, engine=None):
        rules = (engine or self.engine).policy().adaptations
        return [(r.finding_id, r.scope) for r in rules if r.action == "dismiss"]

    async def policy_events(self):
        await self.store.flush()
        return [e for e in await self.store.events(0.0) if e.kind == "policy.changed"]


def test_a_dismissal_counts_at_once_and_is_taken_back_by_useful(play):
    async def scenario(scene):
        assert scene.engine.policy().version == "0"
        answer = await scene.say("not-useful", 3)
        assert (answer["effect"], answer["recorded"]) == ("dismissed", True)
        assert scene.dismissed() == [("nested-loops-3", "shop")]
        version = scene.engine.policy().version
        assert version.startswith("1-")
        answer = await scene.say("useful", 3, author="ben")
        assert answer["effect"] == "restored"
        assert scene.dismissed() == []
        assert scene.engine.policy().version.startswith("2-")
        events = await scene.policy_events()
        assert [len(e.detail["added"]) - len(e.detail["removed"]) for e in events] == [1, -1]
        assert events[0].detail["version"] == version
        assert (await scene.say("useful", 5))["effect"] == "counted"
        assert len(await scene.policy_events()) == 2

    play(scenario)


def test_an_older_word_does_not_undo_a_later_one(play):
    async def scenario(scene):
        later = Outcome(50.0, "f", "rule", "shop", "not-useful", author="ann")
        earlier = Outcome(40.0, "f", "rule", "shop", "useful", author="ben")
        await scene.engine.record_feedback(later)
        await scene.engine.record_feedback(earlier)
        assert scene.dismissed() == [("f", "shop")]

    play(scenario)


def test_only_feedback_dismisses_a_finding(play):
    async def scenario(scene):
        outcome = Outcome(1.0, "f", "rule", "shop", "not-useful", origin="suppressed", author="ann")
        assert (await scene.engine.record_feedback(outcome))["effect"] == "counted"
        assert scene.dismissed() == []

    play(scenario)


def test_five_outcomes_of_two_people_put_a_rule_on_probation_in_that_project_only(play):
    async def scenario(scene):
        await scene.seen()
        for number in range(3):
            await scene.say("not-useful", number, author="ann")
        await scene.say("useful", 3, author="ben")
        assert scene.actions() == []  # four outcomes, one who calls it useless
        await scene.say("not-useful", 4, author="ben")
        assert scene.actions() == [("probation", "nested-loops", "shop")]
        (rule,) = [r for r in scene.engine.policy().adaptations if r.action == "probation"]
        assert rule.evidence["not_useful"] == 4
        assert rule.evidence["sources"] == 2
        assert 0.10 <= rule.evidence["lower_bound"] < 0.5

    play(scenario)


def test_a_rule_that_is_mostly_useless_is_demoted_and_comes_back_when_it_proves_useful(play):
    async def scenario(scene):
        await scene.seen(n=80)
        for number in range(12):
            await scene.say("not-useful", number, author=f"person-{number % 3}")
        assert scene.actions() == [("demote", "nested-loops", "shop")]
        for number in range(12, 75):
            await scene.say("useful", number, author=f"person-{number % 3}")
        assert scene.actions() == []

    play(scenario)


def test_nobody_pushes_a_rule_alone(play):
    async def scenario(scene):
        await scene.seen(n=40)
        for number in range(30):
            await scene.say("not-useful", number, author="ann")
        assert scene.actions() == []
        assert len(scene.dismissed()) == 30

    play(scenario)


def test_saying_it_again_about_the_same_finding_does_not_count_again(play):
    async def scenario(scene):
        await scene.seen()
        for author in ("ann", "ben"):
            for _ in range(10):
                await scene.say("not-useful", 0, author=author)
        assert scene.engine.status()["outcomes"] == 2
        assert scene.actions() == []

    play(scenario)


@pytest.mark.parametrize("known", [True, False])
def test_security_errors_and_unknown_rules_are_not_demoted_by_statistics(play, known):
    async def scenario(scene):
        if known:
            await scene.seen("sql-injection", "security", "error")
        for number in range(10):
            author = f"person-{number % 4}"
            await scene.say("not-useful", number, author=author, rule="sql-injection")
        assert scene.actions() == []

    play(scenario)


def test_a_few_useless_reports_among_many_useful_ones_change_nothing(play):
    async def scenario(scene):
        await scene.seen(n=40)
        for number in range(40):
            verdict = "not-useful" if number % 20 == 0 else "useful"
            await scene.say(verdict, number, author=f"person-{number % 5}")
        assert scene.actions() == []

    play(scenario)


def test_processes_on_one_store_come_to_the_same_policy_under_the_same_version(play):
    async def scenario(scene):
        await scene.seen()
        other = scene.another_process()
        await other.restore()
        for number in range(5):
            await scene.say("not-useful", number, author=f"person-{number % 2}")
        moment = scene.moment + 1
        await other.record_feedback(
            Outcome(moment, "nested-loops-7", "nested-loops", "shop", "not-useful", author="cleo")
        )
        await scene.engine.learn()
        await other.learn()
        fresh = scene.another_process()
        await fresh.restore()
        assert len(scene.dismissed()) == 6
        assert scene.engine.policy() == other.policy()
        assert fresh.policy().adaptations == other.policy().adaptations
        assert fresh.policy().version == other.policy().version
        numbers = [int(e.detail["version"].split("-")[0]) for e in await scene.policy_events()]
        assert numbers == sorted(set(numbers))

    play(scenario)


def test_outcomes_with_old_moments_are_found_in_the_end(play):
    async def scenario(scene):
        await scene.say("not-useful", 1)
        await scene.engine.learn()
        await scene.store.record_outcome(Outcome(1.0, "old", "rule", "shop", "not-useful"))
        for _ in range(6):
            await scene.engine.learn()
        assert ("old", "shop") in scene.dismissed()

    play(scenario)


def test_patterns_are_counted_once_whether_observed_or_read(play):
    async def scenario(scene):
        both = (finding("shell-call"), finding("nested-loops"), finding("shell-call", "f2"))
        record = validation(1, *both)
        scene.engine.observe(record)
        scene.store.record_validation(record)
        scene.store.record_validation(validation(2, finding("shell-call"), generator="model-b"))
        await scene.store.flush()
        first = await scene.engine.learn()
        assert (first["validations"], first["patterns"]) == (1, 3)
        assert (await scene.engine.learn())["validations"] == 0
        assert scene.engine.policy().patterns == 3
        status = scene.engine.status()
        assert status["co_occurring"] == [{"rules": ["nested-loops", "shell-call"], "count": 1}]
        assert status["validations_observed"] == 2
        assert json.dumps(status)

        later = scene.another_process()
        later.observe(record)
        later.observe(validation(3))
        await later.restore()
        assert later.status()["validations_observed"] == 3
        assert later.policy().patterns == 3

    play(scenario)


def test_advice_names_what_a_generator_gets_wrong(play):
    async def scenario(scene):
        for number in range(4):
            rules = (
                [finding("shell-call")] if number else [finding("shell-call"), finding("x-rule")]
            )
            scene.engine.observe(validation(number, *rules))
        scene.engine.observe(validation(9, project="other"))
        first, second = scene.engine.advice("shop", "model-a")
        assert (first["rule"], first["count"], first["share"]) == ("shell-call", 4, 1.0)
        assert (second["rule"], second["share"], second["category"]) == ("x-rule", 0.25, "security")
        elsewhere = scene.engine.advice("unknown", "model-a")[0]
        assert (elsewhere["scope"], elsewhere["share"]) == ("all projects", 0.8)
        assert scene.engine.advice("shop", "model-z") == []

    play(scenario)


def test_a_wrong_verdict_is_refused(play):
    async def scenario(scene):
        with pytest.raises(InputError, match="useless"):
            await scene.say("useless")

    play(scenario)


def test_feedback_counts_even_while_it_cannot_be_written(tmp_path):
    blocked = tmp_path / "file"
    blocked.write_text("")

    async def main():
        store = SqlStore(f"sqlite:///{blocked / 'store.db'}")
        scene = Scene(store)
        answer = await scene.say("not-useful", 1)
        dismissed = scene.dismissed()
        blocked.unlink()
        await store.flush()
        later = scene.another_process()
        await later.restore()
        still = scene.dismissed(later)
        await store.aclose()
        return answer, dismissed, still

    answer, dismissed, still = asyncio.run(main())
    assert not answer["recorded"]
    assert answer["reason"]
    assert dismissed == [("nested-loops-1", "shop")]
    assert still == dismissed
