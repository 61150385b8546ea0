"""Turns outcomes into findings: one for each function and kind of failure."""

from collections.abc import Sequence
from dataclasses import dataclass

from autovet.domain.category import Category
from autovet.domain.execution import StepOutcome
from autovet.domain.finding import Finding
from autovet.domain.severity import Severity
from autovet.domain.span import Span
from autovet.domain.unverified import Unverified
from autovet.source.parsing import parse_module
from autovet.validation.execution.contradictions import contradiction
from autovet.validation.execution.judgement import NOT_FAILED, Judgement, Kind, judge_claim
from autovet.validation.execution.load_failure import load_failure
from autovet.validation.execution.located import CodeMap, Place
from autovet.validation.execution.planning import Planned
from autovet.validation.execution.reproducer import reproducer

MAX_CALLS = 5
MAX_READ = 60_000
"""Characters; in a longer text a finding points at the function that was called."""
_CONFIDENCE = {"example": 0.98, "rule": 0.97, "documentation": 0.9, "test": 0.95}
_FAILING = {
    "example": "failing-example",
    "documentation": "failing-doctest",
    "test": "failing-test",
}
_Group = tuple[str, str, str, Kind, Span]


@dataclass(frozen=True, slots=True)
class ExecutionReport:
    """What the run showed.

    Attributes:
        held: for each claim, in the order of the plan, whether it was seen to hold.
        unanswered: the first claim to which no answer came, and why; None where all were tried.
    """

    findings: tuple[Finding, ...] = ()
    unverified: tuple[Unverified, ...] = ()
    held: tuple[bool, ...] = ()
    unanswered: str | None = None


def judge(planned: Planned, outcomes: Sequence[StepOutcome]) -> ExecutionReport:
    """Hold every claim of the plan against the outcomes of its steps.

    Raises:
        ValueError: there is not one outcome for each step.
    """
    if len(outcomes) != len(planned.job.steps):
        raise ValueError(f"{len(outcomes)} outcomes for {len(planned.job.steps)} steps")
    if outcomes[0].kind == "import-failed":
        failure = load_failure(planned, outcomes[0])
        return ExecutionReport(
            (failure,) if isinstance(failure, Finding) else (),
            (*planned.unverified, *([failure] if isinstance(failure, Unverified) else [])),
            (False,) * len(planned.claims),
        )
    judgements = [judge_claim(claim, outcomes) for claim in planned.claims]
    code = None if all(j.kind is Kind.HELD for j in judgements) else _code_map(planned)
    said = {
        j: why
        for j in judgements
        if code is not None
        and j.kind is not Kind.HELD
        and (why := contradiction(j, judgements, outcomes, code))
    }
    rest = [j for j in judgements if j not in said]
    failing = [j for j in rest if j.kind not in NOT_FAILED]
    findings = _findings(planned, code, failing) if code is not None else []
    findings += [_contradictory(planned, j, why) for j, why in said.items()]
    return ExecutionReport(
        tuple(findings),
        (*planned.unverified, *_unverified(rest)),
        tuple(j.kind is Kind.HELD for j in judgements),
        next((f"{j.claim.call}: {j.why}" for j in rest if j.kind is Kind.UNANSWERED), None),
    )


def _contradictory(planned: Planned, judgement: Judgement, why: str) -> Finding:
    claim = judgement.claim
    spans = {f.name: f.span for f in planned.functions}
    return Finding(
        rule="contradictory-example",
        category=Category.BUSINESS_LOGIC,
        severity=Severity.WARNING,
        confidence=0.8,
        message=f"The example {claim.call} gives {claim.expected} cannot be right: {why}",
        path=planned.job.path,
        span=Span(claim.line, 1, claim.line, 2) if claim.line else spans[claim.function],
        evidence={
            "call": claim.call,
            "expected": claim.expected,
            "got": judgement.got,
            "stated_in": claim.stated_in,
            "function": claim.function,
        },
        sources=("execution",),
    )


def _unverified(judgements: Sequence[Judgement]) -> list[Unverified]:
    found: dict[str, str] = {}
    for judgement in judgements:
        claim = judgement.claim
        if judgement.kind in NOT_FAILED and judgement.why:
            stated = claim.rule if claim.origin == "rule" else f"{claim.call} ({claim.stated_in})"
            found.setdefault(stated, judgement.why)
    ruled = [j for j in judgements if j.claim.origin == "rule"]
    tried = {j.claim.rule for j in ruled if j.kind not in {Kind.UNKNOWN, Kind.UNANSWERED}}
    for judgement in ruled:
        if judgement.claim.rule not in tried:
            found.setdefault(judgement.claim.rule, "no call that it could be tried on returned")
    return [Unverified(Category.BUSINESS_LOGIC, what, why) for what, why in found.items()]


def _findings(planned: Planned, code: CodeMap, failing: Sequence[Judgement]) -> list[Finding]:
    groups: dict[_Group, list[tuple[Judgement, Place]]] = {}
    for judgement in failing:
        place = code.place(judgement)
        claim = judgement.claim
        key = (
            _rule_id(judgement),
            claim.rule if claim.origin == "rule" else "",
            claim.function,
            judgement.kind,
            place.span,
        )
        groups.setdefault(key, []).append((judgement, place))
    return [_finding(planned, code, group) for group in groups.values()]


def _code_map(planned: Planned) -> CodeMap:
    """Read the code to point at the right line; a long text would hold up the caller's process."""
    code = planned.job.code if len(planned.job.code) <= MAX_READ else ""
    module = parse_module(planned.job.path, code)
    if module is None:  # it was admitted before, so this is a text that grew since
        raise ValueError("the code under test does not parse")
    return CodeMap(module, {f.name: f.span for f in planned.functions})


def _rule_id(judgement: Judgement) -> str:
    if judgement.kind is Kind.ENDLESS:
        return "non-terminating-call"
    if judgement.kind is Kind.BROKEN:
        return "broken-business-rule"
    # the rule's own step ended the process: the call fails, whatever the rule says
    return _FAILING.get(judgement.claim.origin, "failing-example")


def _finding(planned: Planned, code: CodeMap, group: Sequence[tuple[Judgement, Place]]) -> Finding:
    judgement, place = group[0]
    claim = judgement.claim
    evidence = {
        "call": claim.call,
        "expected": claim.expected,
        "got": judgement.got,
        "stated_in": claim.stated_in,
        "function": claim.function,
        "calls": [
            {"call": j.claim.call, "expected": j.claim.expected, "got": j.got}
            for j, _ in group[:MAX_CALLS]
        ],
        "reproducer": reproducer(claim, planned.job.path, is_async=code.is_async(claim.function)),
    }
    if place.suspects:
        evidence["suspects"] = [
            {"function": name, "line": code.spans[name].line} for name in place.suspects
        ]
    return Finding(
        rule=_rule_id(judgement),
        category=Category.BUSINESS_LOGIC,
        severity=Severity.ERROR,
        confidence=0.8 if judgement.kind is Kind.CRASHED else _CONFIDENCE[claim.origin],
        message=_message(judgement, len(group)),
        path=planned.job.path,
        span=place.span,
        evidence=evidence,
        sources=("execution",),
    )


def _message(judgement: Judgement, calls: int) -> str:
    claim = judgement.claim
    more = f" (and {calls - 1} more calls)" if calls > 2 else " (and 1 more call)" * (calls - 1)
    if judgement.kind is Kind.BROKEN:
        rule = claim.rule.rstrip(".")
        return f'{claim.call} {judgement.got}{more}, which breaks the rule "{rule}"'
    if claim.origin == "test" and judgement.kind is not Kind.ENDLESS:
        return f"The test {claim.rule} fails: {claim.call} {judgement.got}{more}"
    if judgement.kind is Kind.ENDLESS:
        return f"{claim.call} does not end: {judgement.got}{more}"
    source = "the documentation" if claim.origin == "documentation" else "the example"
    return (
        f"{claim.call} {judgement.got}, but {source} expects {claim.raises or claim.expected}{more}"
    )
