"""From what a person says about a finding to an outcome on record."""

from collections.abc import Iterable, Mapping
from typing import Any

from autovet.domain.category import Category
from autovet.domain.context import Context
from autovet.domain.errors import InputError
from autovet.domain.event import FindingRecord, Outcome
from autovet.domain.finding import Finding
from autovet.domain.severity import Severity
from autovet.ports import Clock, Store
from autovet.validation.concluding import project_key

VERDICTS = ("useful", "not-useful")
_TESTED = (Category.BUSINESS_LOGIC, Category.CODE_QUALITY, Category.FACTUAL_ACCURACY)
"""Errors of these make code do something else than it should, which tests may notice."""
_DAY_S = 86_400.0
_MARGIN_S = 0.001
_NEIGHBOURS = 200
"""Validations of about the same moment among which the finding's own is looked for."""


async def outcome_of(
    store: Store,
    clock: Clock,
    finding_id: str,
    verdict: str,
    why: str,
    author: str,
    days: float | None = None,
) -> Outcome:
    """Find the finding on record and say what became of it.

    Args:
        store: where the finding is on record.
        clock: the moment.
        finding_id: its id, or a unique start of it.
        verdict: ``useful`` or ``not-useful``.
        why: the reason.
        author: who says so.
        days: how long a dismissal holds; None for as long as the code means the same.

    Raises:
        InputError: no finding on record has that id, or the verdict is unknown.
    """
    if verdict not in VERDICTS:
        raise InputError(f"feedback must be one of {', '.join(VERDICTS)}, not {verdict!r}")
    found = await store.find_finding(finding_id)
    if found is None:
        raise InputError(f"no finding on record begins with {finding_id!r}; see the report's ids")
    now = clock.time()
    return Outcome(
        at=now,
        finding_id=str(found["finding_id"]),
        rule=str(found["rule"]),
        project=str(found["project"]),
        verdict=verdict,
        why=why,
        author=author,
        generator=str(found["generator"]),
        finding=await _facts(store, found),
        expires=None if days is None else now + days * _DAY_S,
    )


async def _facts(store: Store, found: Mapping[str, Any]) -> FindingRecord:
    """What the record of its validation says about the finding, while that is still kept."""
    at = float(found["at"])
    for record in await store.validations(at - _MARGIN_S, _NEIGHBOURS):
        if record.validation_id == found["validation_id"]:
            for finding in record.findings:
                if finding.finding_id == found["finding_id"]:
                    return finding
    return FindingRecord(
        finding_id=str(found["finding_id"]),
        rule=str(found["rule"]),
        category=str(found["category"]),
        severity=str(found["severity"]),
        path=str(found["path"]),
        line=int(found["line"]),
    )


def outcomes_of_tests(
    findings: Iterable[Finding], context: Context, clock: Clock, *, passed: bool
) -> list[Outcome]:
    """What a run of the code's tests says about the errors that were found in it.

    Where tests fail, an error was worth reporting; where all pass, it may have been none. The
    tests are one source, so they move no rule alone.
    """
    return [
        Outcome(
            at=clock.time(),
            finding_id=finding.id,
            rule=finding.rule,
            project=project_key(context),
            verdict="not-useful" if passed else "useful",
            origin="tests",
            author="tests",
            generator=context.generator or "",
        )
        for finding in findings
        if finding.severity is Severity.ERROR and finding.category in _TESTED
    ]
