"""What a search finds is proven, offered or refused."""

import asyncio
from dataclasses import replace

from autovet.domain.category import Category
from autovet.domain.context import Context
from autovet.domain.finding import Finding
from autovet.domain.severity import Severity
from autovet.domain.span import Span
from autovet.engines.healing.engine import AutonomousHealingEngine
from autovet.engines.healing.proof import Judged
from autovet.engines.healing.repair import Repair, Search
from autovet.engines.healing.repairing import edits_between
from autovet.engines.healing.small_edits.change import Change
from autovet.source.edits import apply_edits

BUGGY = "def f(a):\n    return a - 1\n"
FIXED = "def f(a):\n    return a + 1\n"
OTHER = "def f(a):\n    return a | 1\n"
CONTEXT = Context(path="m.py", heal="full")
QUESTION = {"call": "f(3)", "outcomes": [{"outcome": "returns 4"}]}


def failing() -> Finding:
    return Finding(
        "failing-example", Category.BUSINESS_LOGIC, Severity.ERROR, 0.98, "f(2) returned 1",
        "m.py", Span(1, 1, 2, 17), sources=("execution",), id="x",
    )  # fmt: skip


def judged(text: str) -> Judged:
    right = text in {FIXED, OTHER}
    return Judged(text, () if right else (failing(),), (right,))


def repair(text: str, cluster: int = 0, **more: bool) -> Repair:
    return Repair(Change(((0, len(BUGGY), text),), 1.0, "a change"), text, cluster, **more)


FOUND = Search((repair(FIXED),), inputs=100, clusters=1, exhausted=True)


def heal(found: Search):  # type: ignore[no-untyped-def]
    async def again(text: str, _: Context) -> Judged:
        return judged(text)

    async def search(original: Judged, context: Context, proposed: object) -> Search:
        assert original.text == BUGGY
        return found

    engine = AutonomousHealingEngine(again, lambda _: None, list, search=search)
    return asyncio.run(engine.heal(judged(BUGGY), CONTEXT))


def test_one_behaviour_on_many_inputs_is_proven() -> None:
    healing = heal(FOUND)
    assert healing.healed_code == FIXED
    assert healing.healing_applied[0]["safety"] == "proven"
    assert healing.recovery_successful
    assert not healing.questions
    assert "-    return a - 1\n+    return a + 1\n" in healing.diff


def test_two_behaviours_are_offered_with_a_question() -> None:
    two = replace(FOUND, repairs=(repair(FIXED), repair(OTHER, 1)), clusters=2)
    healing = heal(replace(two, questions=(QUESTION,)))
    assert healing.healed_code is None
    assert [c.code for c in healing.candidates] == [FIXED, OTHER]
    assert {c.safety for c in healing.candidates} == {"likely"}
    assert healing.questions == (QUESTION,)


def test_too_few_inputs_an_unfinished_search_or_two_edits_prove_nothing() -> None:
    for weaker in (
        replace(FOUND, inputs=79),
        replace(FOUND, exhausted=False),
        replace(FOUND, repairs=(repair(FIXED, provable=False),)),
    ):
        healing = heal(weaker)
        assert healing.healed_code is None
        assert healing.candidates[0].code == FIXED


def test_a_candidate_that_judging_finds_fault_with_is_refused() -> None:
    silenced = BUGGY.replace("a - 1", "a + 1  # noqa")
    healing = heal(replace(FOUND, repairs=(repair(silenced), repair(FIXED))))
    assert healing.healed_code == FIXED
    worse = heal(replace(FOUND, repairs=(repair(BUGGY.replace("1", "7")),)))
    assert worse.healed_code is None
    assert not worse.candidates
    assert "still reported" in worse.refused[0]["why"]


def test_without_a_search_nothing_is_tried_where_only_examples_fail() -> None:
    async def again(text: str, _: Context) -> Judged:
        raise AssertionError("nothing to judge")

    async def search(original: Judged, context: Context, proposed: object) -> Search:
        raise AssertionError("fast healing does not search")

    engine = AutonomousHealingEngine(again, lambda _: None, list, search=search)
    healing = asyncio.run(engine.heal(judged(BUGGY), Context(path="m.py")))
    assert healing.healed_code is None


def test_edits_between_two_texts_lead_from_one_to_the_other() -> None:
    for before, after in (
        (BUGGY, FIXED),
        ("a\nb", "a\nc"),
        ("a\n", "a\nb\n"),
        ("a\nb\n", ""),
        ("", "a\n"),
        ("a\r\nb\r\n", "a\r\nc\r\n"),
    ):
        assert apply_edits(before, edits_between(before, after)) == after


def crash() -> Finding:
    return Finding(
        "unannounced-crash", Category.BUSINESS_LOGIC, Severity.WARNING, 0.8, "f(None) raised",
        "m.py", Span(1, 1, 2, 17), sources=("execution",), id="c",
    )  # fmt: skip


def test_what_crashes_on_inputs_of_ours_is_shown_but_not_proven() -> None:
    async def again(text: str, _: Context) -> Judged:
        return replace(judged(text), findings=(crash(),))

    async def search(original: Judged, context: Context, proposed: object) -> Search:
        return FOUND

    engine = AutonomousHealingEngine(again, lambda _: None, list, search=search)
    healing = asyncio.run(engine.heal(judged(BUGGY), CONTEXT))
    assert healing.healed_code is None
    assert [c.code for c in healing.candidates] == [FIXED]
    assert "unannounced-crash would be new" in healing.candidates[0].why


def test_a_search_that_fails_costs_nothing_else() -> None:
    async def again(text: str, _: Context) -> Judged:
        return judged(text)

    async def search(original: Judged, context: Context, proposed: object) -> Search:
        raise TypeError("not comparable")

    engine = AutonomousHealingEngine(again, lambda _: None, list, search=search)
    healing = asyncio.run(engine.heal(judged(BUGGY), CONTEXT))
    assert healing.healed_code is None
    assert "not comparable" in healing.refused[0]["why"]


def test_only_what_is_about_as_likely_as_the_likeliest_can_be_proven() -> None:
    first = repair("def f(a):\n    return b\n")
    later = repair(FIXED)
    later = replace(later, change=replace(later.change, cost=first.change.cost + 1))
    healing = heal(replace(FOUND, repairs=(first, later)))
    assert healing.healed_code is None
    assert [c.code for c in healing.candidates] == [FIXED]
