"""Many variants run in one process of the sandbox; hostile ones take nothing along."""

import asyncio
import time
from collections.abc import Sequence

from autovet.adapters.sandbox.zygote_sandbox import ZygoteSandbox
from autovet.domain.execution import Job, Step, StepOutcome
from autovet.validation.healing.trials import Trials, Variant

CODE = "import math\nSEEN = []\n\n\ndef f(a):\n    SEEN.append(a)\n    return len(SEEN) + a\n"
AT = CODE.index("len(SEEN) + a")


def variant(expression: str) -> Variant:
    return ((AT, AT + len("len(SEEN) + a"), expression),)


def run(
    variants: Sequence[Variant], steps: Sequence[Step], code: str = CODE
) -> list[tuple[StepOutcome, ...] | None]:
    async def main() -> list[tuple[StepOutcome, ...] | None]:
        sandbox = ZygoteSandbox()
        try:
            trials = Trials(sandbox, Job(code, "m.py", ()))
            return await trials.outcomes(variants, steps, time.monotonic() + 20)
        finally:
            await sandbox.aclose()

    return asyncio.run(main())


def told(row: tuple[StepOutcome, ...] | None) -> list[str]:
    return ["nothing"] if row is None else [o.text or o.error or o.kind for o in row]


def test_each_call_gets_a_fresh_module() -> None:
    rows = run([(), variant("a * 2"), variant("math.sqrt(a)")], [Step("f(4)"), Step("f(9)")])
    assert [told(row) for row in rows] == [["5", "10"], ["8", "18"], ["2.0", "3.0"]]


def test_endless_broken_and_ending_variants_stand_alone() -> None:
    endless = variant("[None for _ in iter(int, 1)]")
    ending = variant("__import__('os')._exit(3)")
    rows = run(
        [endless, variant("a +* 1"), ending, variant("1 / 0"), variant("a")],
        [Step("f(4)"), Step("f(5)")],
    )
    assert [told(row) for row in rows] == [
        ["timeout"],
        ["import-failed"],
        ["nothing"],
        ["ZeroDivisionError", "ZeroDivisionError"],
        ["4", "5"],
    ]


def test_setup_checks_prints_and_coroutines_work_as_in_any_step() -> None:
    code = "async def f(a):\n    print('hi')\n    return a\n"
    steps = [Step("f(n)", setup=("n = 3",)), Step("f(2)", check="result == a")]
    ((first, second),) = run([()], steps, code)  # type: ignore[misc]
    assert (first.text, first.stdout, second.holds) == ("3", "hi\n", True)


def test_a_change_outside_of_every_statement_changes_the_whole() -> None:
    whole = ((0, len(CODE), "def f(a):\n    return a - 1\n"),)
    assert told(run([whole], [Step("f(4)")])[0]) == ["3"]


def test_hundreds_a_second() -> None:
    started = time.monotonic()
    rows = run([variant(f"a + {n}") for n in range(1000)], [Step("f(1)")])
    assert [told(row) for row in rows] == [[str(n + 1)] for n in range(1000)]
    assert time.monotonic() - started < 10  # a second or two where nothing else is going on


def test_types_are_recorded() -> None:
    async def main() -> dict[str, list[str]]:
        sandbox = ZygoteSandbox()
        try:
            trials = Trials(sandbox, Job(CODE, "m.py", ()))
            return await trials.types([(0, len(CODE))], [Step("f(4)"), Step("f(0.5)")])
        finally:
            await sandbox.aclose()

    types = asyncio.run(main())
    assert types[f"{CODE.index('def f')}:a"] == ["float", "int"]
    assert types[f"{AT}-{AT + 9}"] == ["int"]


def test_types_of_what_nothing_reads_are_recorded() -> None:
    code = "def f(a):\n    for k, v in a.items():\n        n = 1\n    return [0 for _, w in a.items()]\n"

    async def main() -> dict[str, list[str]]:
        sandbox = ZygoteSandbox()
        try:
            trials = Trials(sandbox, Job(code, "m.py", ()))
            return await trials.types([(0, len(code))], [Step("f({'x': 2.5})")])
        finally:
            await sandbox.aclose()

    types = asyncio.run(main())
    assert [types[f"0:{name}"] for name in "kvnw"] == [["str"], ["float"], ["int"], ["float"]]
