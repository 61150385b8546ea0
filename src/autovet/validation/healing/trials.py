"""Runs variants of a text in the sandbox, many in one process, and reads what came of them."""

import asyncio
import json
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

import msgspec

from autovet.domain.execution import Job, Step, StepOutcome
from autovet.ports import Sandbox
from autovet.validation.value import is_encoded

Variant = tuple[tuple[int, int, str], ...]
"""Replacements in the original text: start, end, new text; offsets in characters."""

_INSIDE = Path(__file__).with_name("inside")
_PACKAGE = "autovet_trials"
_CALL = f"__import__('{_PACKAGE}.running', fromlist=['run']).run(__name__, __file__)"
_BATCH = 160
_BATCH_S, _PATIENCE_S = 1.0, 5.0
_SHORTEST_S, _LONGEST_S = 0.003, 0.05
_PILOT_S, _COMPARED_S = 0.008, 0.025
_MOST_TIMEOUTS = 12
_VALUE_CHARACTERS, _TOLD_APART = 20_000, 500
_TIMES_SLOWER = 10.0


class _Outcome(msgspec.Struct, forbid_unknown_fields=True):
    """What the driver may say about one call."""

    kind: str
    value: Any = None
    text: str = ""
    error: str = ""
    error_bases: list[str] = []
    message: str = ""
    holds: bool | None = None
    stdout: str = ""


class _Profile(msgspec.Struct):
    types: dict[str, list[str]]
    slowest_s: float


class _Answers(msgspec.Struct):
    outcomes: list[_Outcome]
    rows: list[list[int]]


@dataclass(slots=True)
class Trials:
    """Runs variants of one job's module; the answers come from untrusted code and are read so.

    Attributes:
        job: the module, with the files around it; its steps are replaced.
        tried: how many variants were run.
    """

    sandbox: Sandbox
    job: Job
    parallel: int = 2
    tried: int = 0
    _driver: dict[str, str] = field(default_factory=dict, init=False)
    _step_s: float = field(default=_LONGEST_S, init=False)

    def __post_init__(self) -> None:
        """Read what travels into the sandbox."""
        for file in sorted(_INSIDE.glob("*.py")):
            self._driver[f"{_PACKAGE}/{file.name}"] = file.read_text(encoding="utf-8")

    async def outcomes(
        self,
        variants: Sequence[Variant],
        steps: Sequence[Step],
        deadline: float,
        *,
        all_steps: bool = False,
        patient: bool = False,
    ) -> list[tuple[StepOutcome, ...] | None]:
        """The outcomes of each variant's steps; None where it was not run or ended the process.

        A call that does not end stands for the rest of its variant's steps, unless ``all_steps``
        or ``patient``, where calls also get the time that bad luck may cost.
        """
        results: list[tuple[StepOutcome, ...] | None] = [None] * len(variants)
        spec = self._spec(steps) | {
            "last": [] if all_steps or patient else ["timeout", "import-failed"],
            "step_s": self._step_s,
        }
        if all_steps or patient:  # here results are only told apart
            spec |= {"longest": _TOLD_APART, "digests": True}
        if all_steps:
            spec["step_s"] = min(self._step_s, _PILOT_S)
        if patient:
            spec |= {"step_s": max(self._step_s, _COMPARED_S), "most_timeouts": _MOST_TIMEOUTS}
        batches = [
            list(range(at, min(at + _BATCH, len(variants))))
            for at in range(0, len(variants), _BATCH)
        ]
        batches.reverse()

        async def work() -> None:
            while batches and time.monotonic() < deadline:
                left = batches.pop()
                while left and time.monotonic() < deadline:
                    left = await self._batch(variants, left, spec, results)

        async with asyncio.TaskGroup() as group:
            for _ in range(min(self.parallel, len(batches))):
                group.create_task(work())
        return results

    async def types(
        self, regions: Sequence[tuple[int, int]], steps: Sequence[Step]
    ) -> dict[str, list[str]]:
        """The types that the expressions in these regions had; keys as the driver writes them.

        From then on a call may take ten times as long as the slowest one that ended.
        """
        spec = self._spec(steps) | {"record": regions, "step_s": _LONGEST_S}
        answer = await self._run(spec)
        try:
            found = msgspec.json.decode(answer.value[1], type=_Profile)
        except (msgspec.MsgspecError, TypeError, IndexError):
            return {}
        self._step_s = min(_LONGEST_S, max(_SHORTEST_S, _TIMES_SLOWER * found.slowest_s))
        return found.types

    async def _batch(
        self,
        variants: Sequence[Variant],
        numbers: list[int],
        spec: dict[str, Any],
        results: list[tuple[StepOutcome, ...] | None],
    ) -> list[int]:
        """Run a batch and return what is left of it."""
        outcome = await self._run(spec | {"variants": [variants[n] for n in numbers]})
        if outcome.kind != "returned":
            started = outcome.stdout.split()
            if not started or not started[-1].isdigit() or int(started[-1]) >= len(numbers):
                return []  # the module itself does not run
            culprit = int(started[-1])
            return numbers[:culprit] + numbers[culprit + 1 :]
        rows = _read(outcome.value)
        for number, row in zip(numbers, rows, strict=False):
            results[number] = row
        self.tried += len(rows)
        return numbers[len(rows) :] if rows else []

    def _spec(self, steps: Sequence[Step]) -> dict[str, Any]:
        return {
            "code": self.job.code,
            "steps": [asdict(step) for step in steps],
            "variants": (),
            "budget_s": _BATCH_S,
            "longest": _VALUE_CHARACTERS,
            "digests": False,
            "most_timeouts": len(steps),
        }

    async def _run(self, spec: dict[str, Any]) -> StepOutcome:
        files = {**self.job.files, **self._driver, f"{_PACKAGE}/spec.json": json.dumps(spec)}
        job = replace(self.job, files=files, steps=(Step(_CALL),), budget_s=_PATIENCE_S)
        (outcome,) = await self.sandbox.run(job)
        return outcome


def _read(value: Any) -> list[tuple[StepOutcome, ...]]:
    """The outcomes of the variants; what does not make sense counts as crashed."""
    try:
        answers = msgspec.json.decode(value[1], type=_Answers)
        made = [_outcome(o) for o in answers.outcomes]
        return [tuple(made[i] for i in row) for row in answers.rows]
    except (msgspec.MsgspecError, TypeError, IndexError):
        return []


def _outcome(said: _Outcome) -> StepOutcome:
    if said.kind == "returned" and is_encoded(said.value):
        return StepOutcome("returned", said.value, said.text, holds=said.holds, stdout=said.stdout)
    if said.kind == "raised":
        return StepOutcome(
            "raised", error=said.error, error_bases=tuple(said.error_bases), message=said.message
        )
    if said.kind == "timeout":
        return StepOutcome("timeout")
    if said.kind == "import-failed":
        return StepOutcome("import-failed")
    return StepOutcome("crashed")
