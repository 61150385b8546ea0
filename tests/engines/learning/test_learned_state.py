"""What was learned can be kept, undone, taken along and gone back on."""

import json

import pytest
from record_examples import finding, validation
from virtual_clock import VirtualClock

from autovet.domain.errors import InputError
from autovet.domain.event import FindingRecord, Outcome
from autovet.engines.learning.engine import AutonomousLearningEngine


class Scene:
    def __init__(self, store):
        self.store = store
        self.clock = VirtualClock(9_000.0)
        self.engine = AutonomousLearningEngine(store, self.clock)

    async def say(self, count, verdict="not-useful", start=0, kind="test"):
        for number in range(start, start + count):
            fact = FindingRecord(
                f"f{number}", "long-function", "maintainability", "warning", "tests/test_a.py",
                number, kind=kind,
            )  # fmt: skip
            await self.clock.advance(1)
            outcome = Outcome(
                self.clock.time(), fact.finding_id, fact.rule, "shop", verdict,
                author=("ann", "ben")[number % 2], finding=fact,
            )  # fmt: skip
            await self.engine.record_feedback(outcome)

    def rules(self, engine=None):
        found = (engine or self.engine).learned()
        return [(r["action"], r["state"]) for r in found if r["action"] != "dismiss"]

    def in_force(self):
        return [r.action for r in self.engine.policy().adaptations if r.action != "dismiss"]


def test_reverted_has_no_effect_until_it_is_released(play):
    async def scenario(scene):
        await scene.say(6)
        assert scene.in_force() == ["hide"]
        version = scene.engine.policy().version
        rule = await scene.engine.decide("long-function", "revert", "ann")
        assert rule.state == "reverted"
        assert scene.in_force() == []
        assert scene.engine.policy().version != version
        other = AutonomousLearningEngine(scene.store, scene.clock)
        await other.restore()
        assert scene.rules(other) == [("hide", "reverted")]
        await scene.clock.advance(1)
        await scene.engine.decide(rule.id, "release", "ann")
        assert scene.in_force() == ["hide"]

    play(scenario)


def test_pinned_stays_against_the_outcomes(play):
    async def scenario(scene):
        await scene.say(6)
        await scene.engine.decide("long-function", "pin", "ann")
        await scene.say(30, "useful", start=10)
        assert ("hide", "pinned") in scene.rules()
        assert "hide" in scene.in_force()

    play(scenario)


def test_a_decision_about_nothing_is_refused(play):
    async def scenario(scene):
        with pytest.raises(InputError, match="fits 0 learned rules"):
            await scene.engine.decide("long-function", "pin", "ann")
        with pytest.raises(InputError, match="no decision"):
            await scene.engine.decide("long-function", "burn", "ann")

    play(scenario)


def test_going_back_undoes_what_came_later_and_learning_goes_on(play):
    async def scenario(scene):
        await scene.say(2)
        early = scene.engine.policy().version
        await scene.say(4, start=2)
        assert scene.in_force() == ["hide"]
        await scene.clock.advance(1)
        await scene.engine.go_back(early, "ann")
        assert scene.in_force() == []
        assert len(scene.engine.policy().adaptations) == 2
        other = AutonomousLearningEngine(scene.store, scene.clock)
        await other.restore()
        assert other.policy().adaptations == scene.engine.policy().adaptations
        await scene.clock.advance(1)
        await scene.say(5, start=20)
        assert scene.in_force() == ["hide"]
        with pytest.raises(InputError, match="no version"):
            await scene.engine.go_back("99-none", "ann")

    play(scenario)


def test_everything_can_be_exported(play):
    async def scenario(scene):
        await scene.say(6)
        exported = json.loads(json.dumps(scene.engine.exported()))
        assert exported["state_version"] == scene.engine.policy().version
        assert any(rule["action"] == "hide" for rule in exported["adaptations"])
        assert exported["ranking"]["learned"] == 6
        assert [v for v, _ in exported["versions"]]

    play(scenario)


def test_what_a_generator_does_more_than_others_is_an_association(play):
    async def scenario(scene):
        for number in range(10):
            scene.engine.observe(validation(number, finding("shell-call"), generator="model-a"))
            scene.engine.observe(validation(number + 50, generator="model-b"))
        (found,) = scene.engine.associations("model-a")
        assert (found["then"], found["count"], found["confidence"]) == ("shell-call", 10, 1.0)
        assert (found["support"], found["lift"]) == (0.5, 2.0)
        assert scene.engine.associations("model-b") == []

    play(scenario)


def test_the_effect_of_a_rule_is_counted(play):
    async def scenario(scene):
        await scene.say(6)
        (rule,) = [r for r in scene.engine.learned() if r["action"] == "hide"]
        scene.engine.observe(validation(1, applied={rule["id"]: 3}))
        (rule,) = [r for r in scene.engine.learned() if r["action"] == "hide"]
        assert rule["effect"] == {"findings_changed": 3}

    play(scenario)


def test_what_code_shows_is_on_record_after_the_next_step(play):
    async def scenario(scene):
        one, two = validation(1, finding("leak", "a")), validation(2)
        for record, sha in ((one, "1"), (two, "2")):
            changed = {**{f: getattr(record, f) for f in record.__slots__}, "source_sha256": sha}
            scene.engine.observe(type(record)(**{**changed, "scopes": (0,)}))
        await scene.engine.learn()
        (outcome,) = await scene.store.outcomes()
        assert (outcome.finding_id, outcome.verdict, outcome.origin) == ("a", "useful", "fixed")
        assert scene.engine.status()["outcomes"] == 1

    play(scenario)
