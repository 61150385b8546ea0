"""What follows from votes: for parts of a project, for thresholds, and what people decide."""

import pytest
from record_examples import finding as record_finding

from autovet.domain.event import FindingRecord, Outcome
from autovet.engines.learning.adapting import adaptations
from autovet.engines.learning.decisions import PIN, REVERT, Decisions, decision, going_back
from autovet.engines.learning.votes import Votes

PEOPLE = ("ann", "ben", "cleo")


def votes_of(*said, people=PEOPLE):
    """Votes from ``(verdict, kind, count)`` or ``(verdict, kind, count, confidence)``."""
    votes, number = Votes(), 0
    for verdict, kind, count, *confidence in said:
        for _ in range(count):
            number += 1
            fact = FindingRecord(
                f"f{number}", "long-function", "maintainability", "warning", "a.py", number,
                kind=kind, confidence=confidence[0] if confidence else 0.0,
            )  # fmt: skip
            votes.add(
                Outcome(
                    float(number), fact.finding_id, "long-function", "shop", verdict,
                    author=people[number % len(people)], finding=fact,
                )
            )  # fmt: skip
    return votes


def rules_of(votes, security=False):
    found = adaptations(votes, lambda rule: security)
    return [r for r in found if r.action != "dismiss"]


def test_a_rule_useless_in_tests_is_hidden_there_only():
    votes = votes_of(("useful", "production", 8), ("not-useful", "test", 6))
    (rule,) = rules_of(votes)
    assert (rule.action, rule.kind, rule.state) == ("hide", "test", "active")
    assert rule.evidence["not_useful"] == 6
    assert rule.evidence["sources"] == 3


def test_a_single_source_merely_proposes():
    votes = votes_of(("not-useful", "test", 30), people=("ann",))
    assert [r.state for r in rules_of(votes)] == ["proposed"]


def test_one_more_voice_does_not_carry_a_crowd_of_one():
    votes = votes_of(("not-useful", "test", 30), people=("ann",))
    votes.add(Outcome(99.0, "last", "long-function", "shop", "not-useful", author="ben",
                      finding=FindingRecord("last", "long-function", "", "", "a.py", 1, kind="test")))  # fmt: skip
    weight = next(c for c in votes.counts().values())
    assert weight.votes_not_useful == 31
    assert weight.not_useful <= 4


def test_security_errors_are_never_hidden():
    assert rules_of(votes_of(("not-useful", "test", 30)), security=True) == []
    assert rules_of(votes_of(("not-useful", "test", 30)), security=None) == []


def test_a_change_of_mind_is_followed():
    votes = votes_of(("not-useful", "test", 8), ("useful", "test", 12))
    assert all(rule.action != "hide" for rule in rules_of(votes))


def test_a_threshold_parts_unsure_reports_from_sure_ones():
    votes = votes_of(("not-useful", "production", 8, 0.5), ("useful", "production", 12, 0.9))
    (rule,) = rules_of(votes)
    assert (rule.action, rule.value) == ("threshold", 0.9)


def test_a_rule_that_is_always_useful_is_promoted():
    (rule,) = rules_of(votes_of(("useful", "production", 40)))
    assert rule.action == "promote"


def test_what_a_person_says_outweighs_what_was_observed():
    votes = votes_of(("not-useful", "test", 6))
    for number in range(1, 7):
        votes.add(
            Outcome(500.0, f"f{number}", "long-function", "shop", "useful", origin="fixed",
                    finding=record_finding("long-function", f"f{number}"))
        )  # fmt: skip
    assert [r.action for r in rules_of(votes)] == ["hide"]


def test_decisions_pin_and_revert():
    (rule,) = rules_of(votes_of(("not-useful", "test", 6)))
    decisions = Decisions()
    decisions.add(decision(rule, PIN, 10.0, "ann"))
    assert [r.state for r in decisions.applied([])] == ["pinned"]
    decisions.add(decision(rule, REVERT, 11.0, "ann"))
    assert decisions.applied([]) == ()
    assert [r.state for r in decisions.applied([rule])] == ["reverted"]


def test_going_back_undoes_what_came_later():
    decisions = Decisions()
    decisions.add(going_back("3-abc", until=10.0, at=20.0, author="ann"))
    assert [decisions.is_undone(at) for at in (9.0, 10.0, 15.0, 21.0)] == [
        False, False, True, False,
    ]  # fmt: skip


@pytest.mark.parametrize("count", [1, 3])
def test_few_votes_change_nothing(count):
    assert rules_of(votes_of(("not-useful", "test", count))) == []
