"""Tests that come with the code, and examples that cannot be right, in the real sandbox."""

import asyncio
from collections.abc import Iterator

import pytest

from autovet.adapters.sandbox.zygote_sandbox import ZygoteSandbox
from autovet.domain.context import Context
from autovet.domain.inspection import FunctionSpan, Inspection
from autovet.domain.plan import Budgets
from autovet.source.executables import bundled_tests_of, executables_of
from autovet.source.parsing import parse_module
from autovet.validation.execution import ExecutionReport, judge, plan_job


@pytest.fixture(scope="module")
def runner() -> Iterator[tuple[asyncio.Runner, ZygoteSandbox]]:
    with asyncio.Runner() as loop:
        sandbox = ZygoteSandbox(allow_unisolated=True)
        try:
            yield loop, sandbox
        finally:
            loop.run(sandbox.aclose())


def run(
    runner: tuple[asyncio.Runner, ZygoteSandbox], text: str, **given: object
) -> ExecutionReport:
    context = Context(path="fees.py", **given)  # type: ignore[arg-type] # a test's own
    module = parse_module(context.path, text)
    assert module is not None
    inspection = Inspection(
        executables=executables_of(module),
        tests=bundled_tests_of(module, context),
        functions=tuple(FunctionSpan(f.name, module.span(f)) for f in module.functions),
    )
    planned = plan_job(inspection, context, text, Budgets(execution_s=8.0))
    return judge(planned, runner[0].run(runner[1].run(planned.job)))


TESTED = """
import pytest

def fee(n):
    return n + 1

def test_right():
    assert fee(1) == 2

@pytest.mark.parametrize("n", [1, 2])
def test_wrong(n):
    with pytest.raises(ValueError):
        fee(n)

def test_needs_more():
    open("/etc/hostname")
"""


def test_failing_tests_are_errors(runner: tuple[asyncio.Runner, ZygoteSandbox]) -> None:
    files = {
        "tests/test_fees.py": "from fees import fee\n\ndef test_it():\n    assert fee(0) == 0\n"
    }
    report = run(runner, TESTED, files=files)
    assert [(f.rule, f.severity.value) for f in report.findings] == [("failing-test", "error")]
    (finding,) = report.findings
    assert finding.span.line == 4  # the function that they try
    assert "test_wrong(n=1) raised Failed: DID NOT RAISE" in finding.message
    assert "and 2 more calls" in finding.message
    assert finding.evidence["reproducer"].startswith("from fees import test_wrong")
    assert report.held == (True, False, False, False, False)
    assert [u.what for u in report.unverified] == ["test_needs_more() (fees.py line 15)"]


def test_what_a_test_lacks_says_nothing(runner: tuple[asyncio.Runner, ZygoteSandbox]) -> None:
    files = {"tests/test_fees.py": "import fees\nimport absent\n\ndef test_it():\n    assert 0\n"}
    report = run(runner, "def fee(n):\n    return n\n", files=files)
    assert report.findings == ()
    assert "absent" in report.unverified[0].why


def example(*lines: str, returns: str = "", body: str = "return n") -> str:
    text = "\n    ".join(lines)
    return f'def f(n){returns}:\n    """Do it.\n\n    {text}\n    """\n    {body}\n'


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        (example(">>> f(1)", "1", ">>> f(1)", "2"), ["contradictory-example"]),
        (example(">>> f(1)", "'1'", returns=" -> int"), ["contradictory-example"]),
        (
            example("f([1]) == [1]", "f([2]) == [2]", "f([3]) == (3,)"),
            ["contradictory-example"],
        ),
        (example("f([1]) == [1]", "f([3]) == (3,)"), []),  # one other is too few
        (example(">>> f(1)", "1", ">>> f(2)", "3"), ["failing-doctest"]),
        (example(">>> f(1)", "'one'", ">>> f(2)", "2"), ["failing-doctest"]),
        (example(">>> f(1)", "1", ">>> f(2)", "2"), []),
    ],
)
def test_examples_that_cannot_be_right(
    runner: tuple[asyncio.Runner, ZygoteSandbox], code: str, expected: list[str]
) -> None:
    report = run(runner, code)
    assert [f.rule for f in report.findings] == expected
