"""The answer of one category."""

from dataclasses import dataclass
from enum import StrEnum

from autovet.domain.category import Category
from autovet.domain.finding import Finding
from autovet.domain.unverified import Unverified


class Status(StrEnum):
    """How a category came out; undecided means that an analysis did not finish."""

    PASSED = "passed"
    FAILED = "failed"
    UNDECIDED = "undecided"


@dataclass(frozen=True, slots=True)
class CategoryResult:
    """Findings, what stayed unverified, and the status that follows from them.

    Attributes:
        reason: why the category is undecided or failed, in a sentence.
        score: 0 to 100; the share of what could be lost that was not, see ``validation.scoring``.
        checked: ids of the checks that ran to their end.
        elapsed_ms: the time spent on this category's checks, in milliseconds.
    """

    category: Category
    status: Status
    reason: str | None
    score: int
    findings: tuple[Finding, ...]
    unverified: tuple[Unverified, ...]
    checked: tuple[str, ...]
    elapsed_ms: float
