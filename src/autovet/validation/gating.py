"""Pass or fail and nothing else: asks no further than the verdict needs."""

import asyncio
from collections.abc import Callable, Collection, Coroutine, Mapping, Sequence
from dataclasses import dataclass, replace

from autovet.domain.category import Category
from autovet.domain.verdict import Decision
from autovet.validation.assessment import Assessment
from autovet.validation.stage import StageResult

NOT_ASKED = "not looked at: the verdict was certain before"


@dataclass(frozen=True, slots=True)
class Question:
    """An engine that may still be asked.

    Attributes:
        ask: begins to ask.
        categories: what it decides about.
    """

    ask: Callable[[], Coroutine[None, None, StageResult]]
    categories: frozenset[Category]


async def until_certain(
    own: Coroutine[None, None, StageResult],
    questions: Mapping[str, Question],
    after_own: Collection[str],
    held_back: Collection[str],
    judge: Callable[[Sequence[StageResult]], Assessment],
) -> Assessment:
    """Ask all at once, but for what is held back, until one finding fails the code.

    Our own checks always finish: they tell which findings of others count at all.

    Args:
        own: our own checks.
        questions: the other engines by name.
        after_own: those that need what our own checks found out.
        held_back: those that are asked only when all the others have found nothing.
        judge: the assessment after some of the stages.
    """
    running = {
        asyncio.create_task(question.ask()): name
        for name, question in questions.items()
        if name not in held_back and name not in after_own
    }
    waves = [
        [name for name in after_own if name not in held_back],
        [name for name in questions if name in held_back],
    ]
    stages: list[StageResult] = []
    try:
        stages.append(await own)
        while True:
            ended = [task for task in running if task.done()]
            stages += [task.result() for task in ended]
            for task in ended:
                del running[task]
            assessment = judge(stages)
            if assessment.verdict.decision is Decision.FAIL:
                return _settled(stages, questions, judge)
            if waves and (len(waves) == 2 or not running):
                for name in waves.pop(0):
                    running[asyncio.create_task(questions[name].ask())] = name
            elif not running:
                return assessment
            if running:
                await asyncio.wait(running, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)


def _settled(
    stages: Sequence[StageResult],
    questions: Mapping[str, Question],
    judge: Callable[[Sequence[StageResult]], Assessment],
) -> Assessment:
    """The assessment of a failure, with what was not asked as undecided."""
    asked = {stage.name for stage in stages}
    rest = [name for name in questions if name not in asked]
    left_out = [
        StageResult(name, (), (), NOT_ASKED, questions[name].categories, 0.0) for name in rest
    ]
    assessment = judge([*stages, *left_out])
    stages_ms = {name: ms for name, ms in assessment.stages.items() if name not in rest}
    return replace(assessment, stages=stages_ms, not_asked=tuple(rest), decided_by=stages[-1].name)
