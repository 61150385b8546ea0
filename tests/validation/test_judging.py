"""Status, decision and score follow from findings and failures alone."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from autovet.domain.category import Category
from autovet.domain.category_result import Status
from autovet.domain.finding import Finding
from autovet.domain.severity import Severity
from autovet.domain.span import Span
from autovet.domain.verdict import Decision, Verdict
from autovet.validation.judging import judge
from autovet.validation.scoring import score

FINDING = Finding("r", Category.SECURITY, Severity.ERROR, 0.9, "bad", "m.py", Span(3, 1, 3, 5))
WARNING = replace(FINDING, severity=Severity.WARNING)


def verdict(
    *findings: Finding, undecided: dict[Category, str] | None = None, fail_on: str = "error"
) -> Verdict:
    return judge(findings, (), undecided or {}, {}, {}, Severity(fail_on))


def test_nothing_found_passes_with_full_score() -> None:
    result = verdict()
    assert result.decision is Decision.PASS
    assert set(result.categories) == set(Category)
    assert all(r.score == 100 and r.reason is None for r in result.categories.values())


def test_an_error_fails_its_category_and_the_verdict() -> None:
    result = verdict(FINDING)
    assert result.decision is Decision.FAIL
    assert result.categories[Category.SECURITY].status is Status.FAILED
    assert "line 3" in (result.categories[Category.SECURITY].reason or "")
    assert result.categories[Category.PERFORMANCE].status is Status.PASSED


def test_warnings_fail_only_when_asked() -> None:
    assert verdict(WARNING).decision is Decision.PASS
    assert verdict(WARNING, fail_on="warning").decision is Decision.FAIL


def test_a_failed_analyzer_is_never_no_findings() -> None:
    result = verdict(undecided={Category.PERFORMANCE: "ruff did not answer"})
    assert result.decision is Decision.INDETERMINATE
    assert result.categories[Category.PERFORMANCE].status is Status.UNDECIDED


def test_a_found_error_weighs_more_than_a_missing_analysis() -> None:
    result = verdict(FINDING, undecided=dict.fromkeys(Category, "crashed"))
    assert result.decision is Decision.FAIL
    assert result.categories[Category.SECURITY].status is Status.FAILED


@given(st.lists(st.sampled_from([FINDING, WARNING, replace(WARNING, severity=Severity.INFO)])))
def test_score_is_bounded_and_falls_with_every_finding(findings: list[Finding]) -> None:
    assert 0 <= score(findings) <= 100
    assert score([*findings, FINDING]) <= score(findings)
    assert score(findings) == score(findings[::-1])
