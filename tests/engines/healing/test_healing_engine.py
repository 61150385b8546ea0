"""A fix is kept only when judging the changed code again shows nothing worse."""

import asyncio
from collections.abc import Callable

from autovet.domain.category import Category
from autovet.domain.context import Context
from autovet.domain.finding import Finding
from autovet.domain.fix import Edit, Fix, Safety
from autovet.domain.health import ComponentHealth
from autovet.domain.severity import Severity
from autovet.domain.span import Span
from autovet.engines.healing.engine import AutonomousHealingEngine
from autovet.engines.healing.proof import Judged

TEXT = "bad\nworse\nfine\n"
Judge = Callable[[str], Judged]


def finding(line: int, word: str, new: str, **more: object) -> Finding:
    span = Span(line, 1, line, 1 + len(word))
    fix = Fix((Edit(span, new),), f"write {new}", more.pop("safety", Safety.LIKELY))  # type: ignore[arg-type]
    return Finding(
        f"no-{word}", Category.CODE_QUALITY, more.pop("severity", Severity.WARNING), 0.9,  # type: ignore[arg-type]
        f"{word} is bad", "m.py", span, fix=fix, id=f"{word}{line}",
    )  # fmt: skip


def judged(text: str, held: tuple[bool, ...] = (True,), *, complete: bool = True) -> Judged:
    """Two words are reported; what ``bad`` is replaced by decides what comes of it."""
    found = []
    for number, line in enumerate(text.splitlines(), 1):
        if line in {"bad", "worse"}:
            found.append(finding(number, line, "good"))
    return Judged(text, tuple(found), held, complete)


def heal(judge: Judge, original: Judged | None = None, context: Context | None = None):  # type: ignore[no-untyped-def]
    async def again(text: str, _: Context) -> Judged:
        return judge(text)

    engine = AutonomousHealingEngine(again, lambda _: None, list)
    healing = asyncio.run(engine.heal(original or judged(TEXT), context or Context(path="m.py")))
    return healing, engine


def test_proven_fixes_are_applied_together() -> None:
    healing, engine = heal(judged)
    assert healing.healed_code == "good\ngood\nfine\n"
    assert [a["rule"] for a in healing.healing_applied] == ["no-bad", "no-worse"]
    assert "+good" in healing.diff
    assert healing.recovery_successful
    assert engine.status()["fixes_proven"] == 2


def test_a_fix_that_breaks_an_example_is_refused_and_the_other_kept() -> None:
    healing, _ = heal(lambda text: judged(text, (not text.startswith("good"),)))
    assert healing.healed_code == "bad\ngood\nfine\n"
    (refused,) = healing.refused
    assert refused["rule"] == "no-bad"
    assert "example 1" in refused["why"]
    assert healing.candidates[0].code.startswith("good")


def test_a_fix_that_brings_a_new_finding_is_refused() -> None:
    def judge(text: str) -> Judged:
        before = judged(text)
        extra = finding(3, "fine", "x")
        return Judged(text, (*before.findings, extra), before.held)

    healing, _ = heal(judge)
    assert healing.healed_code is None
    assert all("would be new" in refused["why"] for refused in healing.refused)


def test_what_cannot_be_judged_is_not_proven() -> None:
    healing, _ = heal(lambda text: judged(text, complete=False))
    assert healing.healed_code is None
    assert not healing.diff


def test_hints_and_manual_fixes_are_left_alone() -> None:
    hint = finding(1, "bad", "good", severity=Severity.INFO)
    manual = finding(2, "worse", "good", safety=Safety.MANUAL)
    healing, _ = heal(judged, Judged(TEXT, (hint, manual), (True,)))
    assert healing.healed_code is None
    assert len(healing.issues_detected) == 2


def test_healing_can_be_turned_off() -> None:
    healing, _ = heal(judged, context=Context(heal="none"))
    assert healing.healed_code is None
    assert healing.issues_detected


def test_a_component_in_trouble_is_an_issue() -> None:
    broken = ComponentHealth("ty", "resting", restarts=3, reason="it crashed")

    async def again(text: str, _: Context) -> Judged:
        return judged(text)

    engine = AutonomousHealingEngine(again, lambda _: None, lambda: [broken])
    result = asyncio.run(engine.detect_and_heal_issues({"meta": {"validation_id": "gone"}}))
    assert result["issues_detected"][0]["component"] == "ty"
    assert "validate the code again" in result["recommendations"][0]
