"""Fewer processes, the same outcomes."""

import asyncio

import pytest

from autovet.adapters.sandbox.zygote_sandbox import ZygoteSandbox
from autovet.domain.execution import Job, Step, StepOutcome
from autovet.validation.execution.packing import loading_matters, packed, unpacked

STEPS = (
    Step("None"),
    Step("[1, 2]"),
    Step("'x' * 2"),
    Step("-3.5"),
    Step("f(1)"),
    Step("2", setup=("x = 1",)),
    Step("{'a': {1}}"),
    Step("f(0)"),
)


@pytest.mark.parametrize(
    "code", ["def f(n):\n    return [n // n, 2]\n", "raise ValueError\n", "def f(:\n"]
)
def test_the_outcomes_are_those_of_the_job_itself(code: str) -> None:
    async def main() -> None:
        sandbox = ZygoteSandbox(allow_unisolated=True)
        try:
            job = Job(code, "m.py", STEPS, budget_s=10.0)
            plain = await sandbox.run(job)
            quick = unpacked(job, await sandbox.run(packed(job)))
        finally:
            await sandbox.aclose()
        assert len(packed(job).steps) == 4
        seen = [[(o.kind, o.value, o.text, o.error) for o in each] for each in (plain, quick)]
        assert seen[0] == seen[1]

    asyncio.run(main())


def test_only_loading_is_left_out_where_nothing_is_plain() -> None:
    job = Job("", "m.py", (Step("None"), Step("f(1)"), Step("1", check="True")))
    assert packed(job).steps == job.steps[1:]


def test_loading_is_asked_for_where_it_may_be_to_blame() -> None:
    returned = StepOutcome("returned", value=["none"], text="None")
    assert not loading_matters([returned, StepOutcome("raised", error="ValueError")])
    assert loading_matters([returned, StepOutcome("timeout")])
    assert loading_matters([StepOutcome("returned", value=["none"], stdout="loading")])
