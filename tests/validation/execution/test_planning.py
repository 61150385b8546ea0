from autovet.domain.business_rule import BusinessRule, Example
from autovet.domain.context import Context
from autovet.domain.inspection import Executable, FunctionSpan, Inspection
from autovet.domain.plan import Budgets
from autovet.domain.span import Span
from autovet.validation.execution import plan_job

INSPECTION = Inspection(
    functions=(FunctionSpan("f", Span(1, 1, 2, 9)), FunctionSpan("Box.add", Span(4, 1, 5, 9)))
)


def test_expected_values_come_first_and_same_questions_once() -> None:
    context = Context(
        examples=(Example("f(1)", returns="True"), Example("f(2)", returns="True")),
        business_rules=(BusinessRule("It holds.", "f", "result"),),
    )
    planned = plan_job(INSPECTION, context, "text")
    steps = [(s.expression, s.check) for s in planned.job.steps]
    assert steps == [
        ("None", None),
        ("True", None),
        ("f(1)", None),
        ("f(2)", None),
        ("f(1)", "result"),
        ("f(2)", "result"),
    ]
    assert [c.expected_step for c in planned.claims] == [1, 1, None, None]


def test_calls_are_assigned_to_functions() -> None:
    context = Context(
        examples=(
            Example("sorted(f([2]))", returns="[2]"),
            Example("Box().add(1)", returns="1"),
            Example("len('a')", returns="1"),
        )
    )
    planned = plan_job(INSPECTION, context, "")
    assert [c.function for c in planned.claims] == ["f", "Box.add", ""]


def test_budget_is_the_smaller_one_and_claims_are_bounded() -> None:
    many = tuple(Executable(f"f({n})", "f", n + 1, returns="1") for n in range(500))
    inspection = Inspection(functions=INSPECTION.functions, executables=many)
    planned = plan_job(inspection, Context(budget_ms=300), "", Budgets(execution_s=2.0))
    assert planned.job.budget_s == 0.3
    assert len(planned.claims) == 120


def test_rule_that_may_raise_is_only_tried_where_a_result_is_expected() -> None:
    context = Context(
        examples=(Example("f(1)", returns="1"), Example("f(-1)", raises="ValueError")),
        business_rules=(BusinessRule("It is positive.", "f", "result > 0"),),
    )
    planned = plan_job(INSPECTION, context, "")
    assert [c.call for c in planned.claims if c.origin == "rule"] == ["f(1)"]
