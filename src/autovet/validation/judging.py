"""From findings and failures to eleven answers and one decision."""

from collections.abc import Iterable, Mapping, Sequence

from autovet.domain.category import Category
from autovet.domain.category_result import CategoryResult, Status
from autovet.domain.finding import Finding
from autovet.domain.severity import Severity
from autovet.domain.unverified import Unverified
from autovet.domain.verdict import Decision, Verdict
from autovet.validation.scoring import score


def judge(
    findings: Iterable[Finding],
    unverified: Iterable[Unverified],
    undecided: Mapping[Category, str],
    checked: Mapping[Category, Sequence[str]],
    elapsed_ms: Mapping[Category, float],
    fail_on: Severity,
) -> Verdict:
    """Answer all categories; what failed is failed even where another analysis is missing.

    Args:
        findings: merged findings of all engines.
        unverified: what could not be verified; it never changes a status.
        undecided: categories in which an analysis did not finish, with the reason.
        checked: ids of the checks and engines that ran to their end.
        elapsed_ms: time spent, in milliseconds.
        fail_on: the least severity that fails a category.
    """
    by_category: dict[Category, list[Finding]] = {category: [] for category in Category}
    for finding in findings:
        by_category[finding.category].append(finding)
    open_ends = list(unverified)
    results = {}
    for category, found in by_category.items():
        found.sort(key=lambda f: (-f.severity.rank, -(f.worth or 0.0), f.span, f.rule))
        status, reason = _status(found, undecided.get(category), fail_on)
        results[category] = CategoryResult(
            category=category,
            status=status,
            reason=reason,
            score=score(found),
            findings=tuple(found),
            unverified=tuple(u for u in open_ends if u.category is category),
            checked=tuple(checked.get(category, ())),
            elapsed_ms=round(elapsed_ms.get(category, 0.0), 3),
        )
    return Verdict(_decision(r.status for r in results.values()), results)


def _status(
    found: Sequence[Finding], undecided: str | None, fail_on: Severity
) -> tuple[Status, str | None]:
    failing = [f for f in found if f.severity.rank >= fail_on.rank]
    if failing:
        more = f" (and {len(failing) - 1} more)" if len(failing) > 1 else ""
        return Status.FAILED, f"line {failing[0].span.line}: {failing[0].message}{more}"
    if undecided is not None:
        return Status.UNDECIDED, undecided
    return Status.PASSED, None


def _decision(statuses: Iterable[Status]) -> Decision:
    seen = set(statuses)
    if Status.FAILED in seen:
        return Decision.FAIL
    return Decision.INDETERMINATE if Status.UNDECIDED in seen else Decision.PASS
