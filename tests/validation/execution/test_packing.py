"""Fewer processes, the same outcomes."""

import asyncio

import pytest

from autovet.adapters.sandbox.zygote_sandbox import ZygoteSandbox
from autovet.domain.execution import Job, Step
from autovet.validation.execution.packing import packed, unpacked

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
        assert len(packed(job).steps) == 5
        seen = [[(o.kind, o.value, o.text, o.error) for o in each] for each in (plain, quick)]
        assert seen[0] == seen[1]

    asyncio.run(main())


def test_a_job_without_plain_values_stays_as_it_is() -> None:
    job = Job("", "m.py", (Step("None"), Step("f(1)"), Step("1", check="True")))
    assert packed(job) is job
