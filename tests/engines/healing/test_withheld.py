"""What is unused is left alone while it may be needed."""

import pytest

from autovet.domain.category import Category
from autovet.domain.context import Context
from autovet.domain.finding import Finding
from autovet.domain.fix import Edit, Fix
from autovet.domain.severity import Severity
from autovet.domain.span import Span
from autovet.engines.healing.proposals import Proposal
from autovet.engines.healing.withheld import FRAGMENT, NEEDED, reason_to_wait


def proposal(rule: str) -> Proposal:
    span = Span(1, 1, 2, 1)
    finding = Finding(
        rule, Category.CODE_QUALITY, Severity.WARNING, 0.9, "unused", "m.py", span, id="f"
    )
    return Proposal(finding, Fix((Edit(span, ""),), "remove it"))


FAILING = Finding(
    "failing-doctest", Category.BUSINESS_LOGIC, Severity.ERROR, 0.98, "f(2) returned 1",
    "m.py", Span(3, 1, 3, 5), sources=("execution",), id="x",
)  # fmt: skip


@pytest.mark.parametrize("rule", ["unused-import", "unused-variable"])
def test_what_is_unused_stays_while_an_example_fails(rule: str) -> None:
    context = Context(path="src/m.py", root="/p")
    assert reason_to_wait(proposal(rule), [FAILING], context) == NEEDED
    assert reason_to_wait(proposal(rule), [], context) is None


def test_an_import_stays_in_code_of_which_the_surroundings_are_unknown() -> None:
    assert reason_to_wait(proposal("unused-import"), [], Context()) == FRAGMENT
    assert reason_to_wait(proposal("unused-variable"), [], Context()) is None


def test_with_something_else_to_mend_it_goes_along() -> None:
    findings = [proposal(rule).finding for rule in ("unused-import", "mutable-default")]
    assert reason_to_wait(proposal("unused-import"), findings[:1], Context()) == FRAGMENT
    assert reason_to_wait(proposal("unused-import"), findings, Context()) is None


@pytest.mark.parametrize(
    "context",
    [
        Context(path="app/m.py"),
        Context(files={"a.py": ""}),
        Context(pyproject=""),
        Context(root="/p"),
    ],
)
def test_in_a_project_it_goes(context: Context) -> None:
    assert reason_to_wait(proposal("unused-import"), [], context) is None


def test_anything_else_need_not_wait() -> None:
    assert reason_to_wait(proposal("is-literal"), [FAILING], Context()) is None
