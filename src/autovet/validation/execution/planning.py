"""Works out what to run: every example, and every executable rule over the examples."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from autovet.domain.business_rule import BusinessRule
from autovet.domain.category import Category
from autovet.domain.context import Context
from autovet.domain.execution import Job, Step
from autovet.domain.inspection import BundledTest, Executable, FunctionSpan, Inspection
from autovet.domain.plan import Budgets
from autovet.domain.unverified import Unverified
from autovet.validation.execution.bundled import with_pytest
from autovet.validation.execution.calls import called_function
from autovet.validation.execution.claim import Claim

MAX_CLAIMS = 120


@dataclass(frozen=True, slots=True)
class Planned:
    """A run and what its outcomes will be held against.

    Attributes:
        job: the run; its first step only loads the module.
        unverified: what could not be turned into a step.
    """

    job: Job
    claims: tuple[Claim, ...] = ()
    functions: tuple[FunctionSpan, ...] = ()
    unverified: tuple[Unverified, ...] = ()


class _Steps:
    """The steps so far; the same question is asked once."""

    def __init__(self) -> None:
        self.positions: dict[Step, int] = {}

    def add(self, step: Step) -> int:
        return self.positions.setdefault(step, len(self.positions))


def plan_job(
    inspection: Inspection, context: Context, source_text: str, budgets: Budgets | None = None
) -> Planned:
    """Plan one run of the caller's examples, the documented ones, the executable rules and tests.

    Expected values are evaluated in steps of their own and compared outside the sandbox; these
    steps come first, so that a call that never ends takes none of their time.
    """
    steps = _Steps()
    steps.add(Step("None"))
    for returns, setup in _expectations(inspection, context):
        steps.add(Step(returns, setup))
    names = [f.name for f in inspection.functions]
    claims = [
        _stated(
            Executable(e.call, "", 0, returns=e.returns, raises=e.raises),
            f"context.examples[{i}]",
            names,
            steps,
        )
        for i, e in enumerate(context.examples)
        if e.returns is not None or e.raises is not None
    ]
    documented = [
        _stated(e, f"docstring line {e.line}", names, steps) for e in inspection.executables
    ]
    claims += documented[: max(0, MAX_CLAIMS - len(claims))]
    unverified: list[Unverified] = []
    for rule in context.business_rules:
        claims += _ruled(rule, context, claims, names, steps, unverified)
    claims += [_bundled(test, context, steps) for test in inspection.tests]
    budget_s = (budgets or Budgets()).execution_s
    if context.budget_ms is not None:
        budget_s = min(budget_s, context.budget_ms / 1000)
    job = Job(
        code=source_text,
        path=context.path,
        steps=tuple(steps.positions),
        files=with_pytest(context.files) if inspection.tests else context.files,
        root=context.root,
        environment=context.environment if context.environment_trusted else None,
        budget_s=budget_s,
    )
    return Planned(job, tuple(claims), inspection.functions, tuple(unverified))


def _expectations(
    inspection: Inspection, context: Context
) -> Iterator[tuple[str, tuple[str, ...]]]:
    for example in context.examples:
        if example.returns is not None:
            yield example.returns, ()
    for executable in inspection.executables[:MAX_CLAIMS]:
        if executable.returns is not None:
            yield executable.returns, executable.setup


def _stated(example: Executable, stated_in: str, names: Collection[str], steps: _Steps) -> Claim:
    expected_step = None
    if example.returns is not None and example.raises is None:
        expected_step = steps.add(Step(example.returns, example.setup))
    documented = example.function if example.function in names else ""
    return Claim(
        origin="documentation" if example.line else "example",
        call=example.call,
        function=called_function(example.call, names) or documented,
        stated_in=stated_in,
        step=steps.add(Step(example.call, example.setup)),
        setup=example.setup,
        returns=example.returns,
        expected_step=expected_step,
        raises=example.raises,
        repr_text=example.repr_text,
        line=example.line,
    )


def _bundled(test: BundledTest, context: Context, steps: _Steps) -> Claim:
    return Claim(
        origin="test",
        call=test.call,
        function=test.function,
        stated_in=f"{test.path} line {test.line}",
        step=steps.add(Step(test.call, test.setup)),
        setup=test.setup,
        rule=test.name,
        line=test.line if test.path == context.path else 0,
    )


def _ruled(
    rule: BusinessRule | str,
    context: Context,
    claims: Collection[Claim],
    names: Collection[str],
    steps: _Steps,
    unverified: list[Unverified],
) -> list[Claim]:
    """The rule's check over every example call of its function."""
    rule = BusinessRule(rule) if isinstance(rule, str) else rule
    stated = [c for c in claims if c.origin != "rule" and not c.setup]
    about = _function_of(rule, stated, names)
    calls = dict.fromkeys(
        call
        for call in [*(c.call for c in stated if c.raises is None), *_bare_calls(context)]
        if called_function(call, names) == about
    )
    why = None
    if rule.check is None:
        why = "it has no executable check"
    elif not about:
        why = f"no function {rule.function or 'that it is about'} is known in this module"
    elif not calls:
        why = f"no example calls {about}"
    if why is not None or rule.check is None:
        unverified.append(Unverified(Category.BUSINESS_LOGIC, rule.rule, why or ""))
        return []
    return [
        Claim(
            origin="rule",
            call=call,
            function=about,
            stated_in=f"business rule: {rule.rule}",
            step=steps.add(Step(call, check=rule.check)),
            rule=rule.rule,
            check=rule.check,
        )
        for call in calls
    ]


def _bare_calls(context: Context) -> list[str]:
    """Examples that only name a call: nothing is claimed, but rules can be tried on them."""
    return [e.call for e in context.examples if e.returns is None and e.raises is None]


def _function_of(rule: BusinessRule, claims: Collection[Claim], names: Collection[str]) -> str:
    """The qualified name of the function that a rule is about; empty when that is not clear."""
    if rule.function is None:
        called = {c.function for c in claims}
        return called.pop() if len(called) == 1 else ""
    if rule.function in names:
        return rule.function
    return called_function(f"{rule.function}()", names)
