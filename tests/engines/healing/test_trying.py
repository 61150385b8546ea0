"""What was learned elsewhere, and what a model proposes, get no more credit than anything else."""

import asyncio
from collections.abc import Sequence

from autovet.domain.category import Category
from autovet.domain.context import Context
from autovet.domain.errors import RepairerUnavailable
from autovet.domain.finding import Finding
from autovet.domain.fix import Edit
from autovet.domain.fix_pattern import FixPattern, PatternFix
from autovet.domain.healing import Healing
from autovet.domain.repair_request import RepairRequest
from autovet.domain.severity import Severity
from autovet.domain.span import Span
from autovet.engines.healing.engine import AutonomousHealingEngine
from autovet.engines.healing.proof import Judged

BAD = "x = old(1)\n"
GOOD = "x = new(1)\n"
PATTERN = FixPattern("p1", "old($0)", "new($0)", support=4)


class Patterns:
    """One pattern, and what it was told."""

    def __init__(self) -> None:
        self.told: list[tuple[str, bool]] = []

    def patterns(self) -> Sequence[FixPattern]:
        return [PATTERN]

    def suggest(self, text: str, line: int, end_line: int, rule: str = "") -> Sequence[PatternFix]:
        return [PatternFix(PATTERN, (Edit(Span(1, 5, 1, 8), "new"),))] if "old" in text else []

    def tell(self, pattern_id: str, *, kept: bool) -> None:
        self.told.append((pattern_id, kept))


class Model:
    """Proposes texts, or none."""

    name = "small"

    def __init__(self, *texts: str) -> None:
        self.texts = texts
        self.asked: list[RepairRequest] = []

    async def repair(self, request: RepairRequest, timeout_s: float) -> Sequence[str]:
        self.asked.append(request)
        if not self.texts:
            raise RepairerUnavailable("small did not answer")
        return self.texts


def judged(text: str, held: tuple[bool, ...] = (True,)) -> Judged:
    finding = Finding(
        "no-old", Category.CODE_QUALITY, Severity.WARNING, 0.9, "old() is gone", "m.py",
        Span(1, 5, 1, 8), id="f",
    )  # fmt: skip
    return Judged(text, (finding,) if "old(" in text else (), held)


def heal(original: Judged, context: Context, **parts: object) -> Healing:
    async def again(text: str, _: Context) -> Judged:
        return judged(text, original.held)

    engine = AutonomousHealingEngine(again, lambda _: None, list, **parts)  # type: ignore[arg-type]
    return asyncio.run(engine.heal(original, context))


def test_a_learned_change_is_proven_like_any_other_and_told_so() -> None:
    patterns = Patterns()
    healing = heal(judged(BAD), Context(path="m.py"), patterns=patterns)
    assert healing.healed_code == GOOD
    assert patterns.told == [("p1", True)]


def test_a_learned_change_that_nothing_runs_through_is_only_offered() -> None:
    patterns = Patterns()
    healing = heal(judged(BAD, ()), Context(path="m.py"), patterns=patterns)
    assert healing.healed_code is None
    assert healing.candidates[0].code == GOOD
    assert patterns.told == []


def test_a_model_is_asked_only_in_full_healing_and_never_proves_anything() -> None:
    model = Model(GOOD, "x = old(2)\n", "x = old(1)  # noqa\n")
    assert heal(judged(BAD), Context(path="m.py"), repairer=model).candidates == ()
    assert model.asked == []
    healing = heal(judged(BAD), Context(path="m.py", heal="full"), repairer=model)
    assert healing.healed_code is None
    assert [c.code for c in healing.candidates] == [GOOD]
    assert healing.candidates[0].safety == "likely"
    assert [r["why"] for r in healing.refused] == [
        "small: as much is reported as before",
        "small: it silences a report instead of mending the code",
    ]
    (asked,) = model.asked
    assert asked.code == BAD
    assert asked.problems == ("line 1: old() is gone",)


def test_a_model_that_does_not_answer_is_named_and_nothing_else_happens() -> None:
    healing = heal(judged(BAD), Context(path="m.py", heal="full"), repairer=Model())
    assert healing.refused[-1]["why"] == "small did not answer"
    assert not healing.candidates
