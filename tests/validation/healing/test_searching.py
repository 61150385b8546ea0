"""The search finds what makes the examples hold, and asks where more than one way is left."""

import asyncio
from typing import Any

import pytest

from autovet.adapters.sandbox.zygote_sandbox import ZygoteSandbox
from autovet.domain.business_rule import BusinessRule, Example
from autovet.domain.context import Context
from autovet.domain.inspection import FunctionSpan, Inspection
from autovet.engines.healing.proof import Judged
from autovet.engines.healing.repair import Search
from autovet.source.executables import executables_of
from autovet.source.parsing import parse_module
from autovet.validation.healing.searching import RepairSearch

LARGEST = '''def largest(values):
    """Return the largest value.

    >>> largest([3, 9, 2])
    9
    >>> largest([-5, -2])
    -2
    """
    best = values[0]
    for value in values:
        if value < best:
            best = value
    return best
'''


def search(text: str, proposed: tuple[str, ...] = (), **context: Any) -> Search:
    module = parse_module("m.py", text)
    assert module is not None
    spans = tuple(FunctionSpan(f.name, module.span(f)) for f in module.functions)
    inspection = Inspection(executables=executables_of(module), functions=spans)

    async def main() -> Search:
        sandbox = ZygoteSandbox()
        try:
            judged = Judged(text, (), (), True, inspection)
            return await RepairSearch(sandbox)(judged, Context(**context), proposed)
        finally:
            await sandbox.aclose()

    return asyncio.run(main())


def test_one_slip_one_behaviour() -> None:
    found = search(LARGEST)
    assert found.repairs[0].text == LARGEST.replace("value < best", "value > best")
    assert found.clusters == 1
    assert found.inputs >= 80
    assert found.exhausted
    assert not found.questions
    assert found.failing == ("largest([3, 9, 2])", "largest([-5, -2])")


def test_examples_of_the_caller_and_rules_are_goals_too() -> None:
    text = "def fee(amount):\n    return amount * 2\n"
    rule = BusinessRule("never above 10", "fee", "result <= 10")
    examples = (Example("fee(3)", returns="5"), Example("fee(1)", returns="3"))
    found = search(text, examples=examples, business_rules=(rule,))
    assert "def fee(amount):\n    return amount + 2\n" in [r.text for r in found.repairs]


def test_an_answer_to_the_question_decides() -> None:
    text = "def grow(n):\n    return n\n"
    given = (Example("grow(2)", returns="4"),)
    found = search(text, examples=given)
    assert found.clusters > 1
    (question,) = found.questions
    assert len(question["outcomes"]) > 1
    argument = question["call"].removeprefix("grow(").removesuffix(")")
    answered = search(text, examples=(*given, Example(question["call"], f"{argument} ** 2")))
    assert answered.repairs[0].text == "def grow(n):\n    return n ** 2\n"


def test_two_slips_are_found_but_never_count_as_proof() -> None:
    text = "def span(low, high):\n    width = low - high\n    return width - 1\n"
    given = (
        Example("span(2, 5)", returns="4"),
        Example("span(0, 7)", returns="8"),
        Example("span(-1, 3)", returns="5"),
    )
    found = search(text, examples=given)
    assert any(len(r.change.replacements) == 2 or r.provable for r in found.repairs)
    assert all(not r.provable for r in found.repairs if ";" in r.change.what)


def test_a_proposed_text_counts_as_any_other_candidate() -> None:
    mended = LARGEST.replace("    best = values[0]\n", "    return max(values)\n")
    found = search(LARGEST, (mended, LARGEST))
    proposed = [r for r in found.repairs if r.text == mended]
    assert len(proposed) == 1
    assert not proposed[0].provable
    assert found.clusters == 1


@pytest.mark.parametrize(
    "text",
    [LARGEST.replace("<", ">"), "def f(a):\n    return a\n", "def f(:\n"[:0] + "x = 1\n"],
)
def test_without_a_failing_example_there_is_nothing_to_look_for(text: str) -> None:
    assert search(text) == Search()


def test_white_space_in_a_result_is_exact() -> None:
    text = '''def row(a, b):
    """Two cells.

    >>> row('x ', 'y')
    'x  | y'
    """
    return a + '|' + b
'''
    found = search(text)
    assert found.repairs[0].text == text.replace("'|'", "' | '")


def test_far_fetched_changes_are_not_thought_of_beside_a_plain_one() -> None:
    found = search(LARGEST)
    costs = [r.change.cost for r in found.repairs]
    assert max(costs) - min(costs) <= 1.2
