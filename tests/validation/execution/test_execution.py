"""Plan, real run in the sandbox, judgement."""

import asyncio
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from autovet.adapters.sandbox.zygote_sandbox import ZygoteSandbox
from autovet.domain.business_rule import BusinessRule, Example
from autovet.domain.context import Context
from autovet.domain.inspection import FunctionSpan, Inspection
from autovet.domain.plan import Budgets
from autovet.source.executables import executables_of
from autovet.source.parsing import parse_module
from autovet.validation.execution import ExecutionReport, judge, plan_job

Runner = asyncio.Runner


class Bench:
    def __init__(self, runner: Runner, sandbox: ZygoteSandbox) -> None:
        self.runner, self.sandbox = runner, sandbox

    def run(
        self,
        text: str,
        *examples: Example,
        rules: tuple[BusinessRule | str, ...] = (),
        budget_s: float = 3.0,
    ) -> ExecutionReport:
        module = parse_module("shop/fees.py", text)
        assert module is not None
        functions = []
        for node in module.functions:
            owner = [a.name for a in module.ancestors(node) if hasattr(a, "name")]
            functions.append(FunctionSpan(".".join([*owner, node.name]), module.span(node)))
        inspection = Inspection(executables=executables_of(module), functions=tuple(functions))
        context = Context(path="shop/fees.py", examples=examples, business_rules=rules)
        planned = plan_job(inspection, context, text, Budgets(execution_s=budget_s))
        outcomes = self.runner.run(self.sandbox.run(planned.job))
        return judge(planned, outcomes)


@pytest.fixture(scope="module")
def bench() -> Iterator[Bench]:
    with asyncio.Runner() as runner:
        sandbox = ZygoteSandbox(allow_unisolated=True)
        try:
            yield Bench(runner, sandbox)
        finally:
            runner.run(sandbox.aclose())


FEES = '''from decimal import Decimal

def fee(amount):
    """Return the fee for an amount."""
    if amount < 0:
        raise ValueError("negative")
    if amount > 100:
        return Decimal("0")
    return Decimal("2.5")

def total(amounts):
    return sum(amounts) + fee(sum(amounts))
'''


def test_right_code_holds(bench: Bench) -> None:
    report = bench.run(
        FEES,
        Example("fee(101)", returns='Decimal("0.0")'),
        Example("fee(-1)", raises="ValueError"),
        Example("fee(-1)", raises="Exception"),
        rules=(BusinessRule("A fee is never negative.", "fee", "result >= 0"),),
    )
    assert report == ExecutionReport((), (), (True,) * 4)


def test_wrong_value_names_call_place_and_reproducer(bench: Bench, tmp_path: Path) -> None:
    report = bench.run(
        FEES,
        Example("fee(50)", returns='Decimal("2.5")'),
        Example("fee(100)", returns='Decimal("0")'),
        Example("fee(Decimal(100))", returns='Decimal("0")'),
        rules=(
            BusinessRule("From 100 on nothing is charged.", "fee", "amount < 100 or result == 0"),
        ),
    )
    failing, broken = report.findings
    assert (failing.rule, broken.rule) == ("failing-example", "broken-business-rule")
    assert (failing.span.line, failing.span.end_line) == (3, 9)
    assert failing.evidence["stated_in"] == "context.examples[1]"
    assert [c["call"] for c in failing.evidence["calls"]] == ["fee(100)", "fee(Decimal(100))"]
    assert "From 100 on nothing is charged" in broken.message
    assert report.held == (True, False, False, True, False, False)
    (tmp_path / "shop").mkdir()
    (tmp_path / "shop" / "fees.py").write_text(FEES)
    for n, finding in enumerate((failing, broken)):
        (tmp_path / f"test_{n}.py").write_text(finding.evidence["reproducer"])
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(tmp_path)]
    for text, status in ((FEES, 1), (FEES.replace("> 100", ">= 100"), 0)):
        (tmp_path / "shop" / "fees.py").write_text(text)
        run = subprocess.run(
            command,
            cwd=tmp_path,
            env={"PYTHONPATH": str(tmp_path), "PYTHONDONTWRITEBYTECODE": "1"},
            capture_output=True,
            text=True,
            check=False,
        )
        assert run.returncode == status, run.stdout
        assert ("2 failed" if status else "2 passed") in run.stdout


def test_unexpected_and_missing_exceptions(bench: Bench) -> None:
    report = bench.run(
        FEES,
        Example("fee(-5)", returns="0"),
        Example("fee(-6)", raises="KeyError"),
        Example("fee(7)", raises="ValueError"),
    )
    raised, other, missing = report.findings
    assert (raised.span.line, raised.span.end_line) == (5, 6)
    assert "raised ValueError: negative" in raised.message
    assert "expects KeyError" in other.message
    assert (missing.span.line, missing.span.end_line) == (3, 9)


def test_missing_validation_points_at_the_function_that_validates(bench: Bench) -> None:
    text = """class Basket:
    def __init__(self):
        self.weight = 0

    def put(self, weight):
        if weight > 20:
            raise ValueError("too heavy")
        self.weight += weight

def weigh(weights):
    basket = Basket()
    for weight in weights:
        basket.put(weight)
    return basket.weight
"""
    (finding,) = bench.run(text, Example("weigh([-3])", raises="ValueError")).findings
    assert (finding.span.line, finding.span.end_line) == (5, 8)
    assert {s["function"] for s in finding.evidence["suspects"]} >= {"weigh", "Basket.put"}


def test_lookup_points_at_the_entry(bench: Bench) -> None:
    text = """from enum import Enum

class Light(Enum):
    RED = "red"
    GREEN = "green"
    AMBER = "amber"

NEXT = {
    Light.RED: {Light.GREEN},
    Light.GREEN: {Light.AMBER, Light.RED},
    Light.AMBER: {Light.RED},
}

def may_follow(now, then):
    return Light(then) in NEXT[Light(now)]

def run(lights):
    for now, then in zip(lights, lights[1:]):
        if not may_follow(now, then):
            raise RuntimeError(then)
    return lights[-1]
"""
    report = bench.run(
        text,
        Example('may_follow("green", "red")', returns="False"),
        Example('run(["red", "green", "red"])', raises="RuntimeError"),
        Example('may_follow("red", "green")', returns="True"),
    )
    assert [f.span.line for f in report.findings] == [10, 10]


def test_rules_are_tried_on_documented_calls(bench: Bench) -> None:
    text = '''def share(part, whole):
    """Return a percentage.

    >>> share(1, 4)
    25.0
    """
    return part / whole
'''
    report = bench.run(
        text,
        rules=(
            BusinessRule("A share below the whole is more than one.", "share", "result >= 1"),
            BusinessRule("Nothing is known about this.", "unknown", "result"),
            BusinessRule("It uses a name of nobody.", "share", "nobody > 1"),
            "Shares are rounded.",
        ),
    )
    assert [f.rule for f in report.findings] == ["failing-doctest", "broken-business-rule"]
    assert report.findings[0].evidence["stated_in"] == "docstring line 4"
    assert {u.what for u in report.unverified} == {
        "Nothing is known about this.",
        "It uses a name of nobody.",
        "Shares are rounded.",
    }


def test_doctests_may_round_elide_and_print(bench: Bench) -> None:
    text = '''def third(n):
    """
    >>> third(1)
    0.333
    >>> print(third(3))
    1.0
    >>> show(range(3))
    [0, ..., 2]
    >>> show({"b", "a"}) # doctest: +NORMALIZE_WHITESPACE
    ['a',   'b']
    """
    return n / 3

def show(values):
    return sorted(values)
'''
    report = bench.run(text)
    assert report.findings == ()
    assert report.held == (True,) * 4


def test_informal_documentation_of_another_type_is_unverified(bench: Bench) -> None:
    text = '''def ends(values):
    """
    ends([1, 2, 3]) -> [1, 3]
    """
    return values[0], values[-1]
'''
    report = bench.run(text)
    assert report.findings == ()
    assert "another type" in report.unverified[0].why


def test_endless_call_is_found_and_the_others_are_still_judged(bench: Bench) -> None:
    text = """def down(n):
    while n != 0:
        n -= 2
    return n
"""
    report = bench.run(
        text, Example("down(3)", returns="0"), Example("down(4)", returns="0"), budget_s=1.5
    )
    (finding,) = report.findings
    assert finding.rule == "non-terminating-call"
    assert report.held == (False, True)


def test_opaque_results_and_surroundings_are_unverified(bench: Bench) -> None:
    text = """class Thing:
    pass

def make():
    return Thing()

def read():
    return open("/there/is/no/such/file").read()

def later():
    import a_package_that_nobody_has
"""
    report = bench.run(
        text,
        Example("make()", returns="Thing()"),
        Example("read()", returns="''"),
        Example("later()", returns="None"),
    )
    assert report.findings == ()
    assert len(report.unverified) == 3
    assert report.held == (False, False, False)


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("LIMIT = BASE + 1\n\ndef f(): return 1\n", "module-does-not-import"),
        ("import a_package_that_nobody_has\n\ndef f(): return 1\n", None),
        ("import os\nPORT = int(os.getenv('NO_PORT'))\n\ndef f(): return 1\n", None),
        ("import os\nKEY = os.environ['NO_KEY']\n\ndef f(): return 1\n", None),
        ("raise RuntimeError('configure me')\n\ndef f(): return 1\n", None),
    ],
)
def test_module_that_does_not_load(bench: Bench, text: str, rule: str | None) -> None:
    report = bench.run(text, Example("f()", returns="1"))
    assert [f.rule for f in report.findings] == ([rule] if rule else [])
    assert bool(report.unverified) == (rule is None)
    assert report.held == (False,)


def test_coroutines_are_awaited(bench: Bench) -> None:
    text = "async def one():\n    return 1\n"
    report = bench.run(text, Example("one()", returns="1"), Example("one()", returns="2"))
    assert report.held == (True, False)
    assert "asyncio.run(one())" in report.findings[0].evidence["reproducer"]


def test_outcomes_must_match_the_plan(bench: Bench) -> None:
    planned = plan_job(Inspection(), Context(examples=(Example("1", returns="1"),)), "")
    with pytest.raises(ValueError, match="outcomes"):
        judge(planned, ())


def test_a_long_text_fails_at_its_function(bench: Bench) -> None:
    filler = "# nothing is said here\n" * 3000
    text = filler + 'def f(n):\n    """Tell.\n\n    >>> f(1)\n    2\n    """\n    return [][n]\n'
    (finding,) = bench.run(text).findings
    assert finding.rule == "failing-doctest"


def test_what_changes_by_itself_is_no_claim(bench: Bench) -> None:
    text = 'from datetime import date\n\ndef f(day):\n    """Tell.\n\n    >>> f(date.today())\n    2001\n    """\n    return day.year\n'
    assert bench.run(text).findings == ()


def test_a_claim_to_which_no_answer_came_is_an_open_question(bench: Bench) -> None:
    text = "import os\nos._exit(0)\n\ndef one():\n    return 1\n"
    report = bench.run(text, Example(call="one()", returns="2"))
    assert report.findings == ()
    assert report.held == (False,)
    assert report.unanswered is not None
    assert report.unanswered.startswith("one()")


def test_every_claim_that_was_tried_leaves_no_open_question(bench: Bench) -> None:
    report = bench.run("def one():\n    return 1\n", Example(call="one()", returns="2"))
    assert [finding.rule for finding in report.findings] == ["failing-example"]
    assert report.unanswered is None
