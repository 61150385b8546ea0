"""The answer to the one question: is it fit to merge?"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from autovet.domain.category import Category
from autovet.domain.category_result import CategoryResult
from autovet.domain.finding import Finding


class Decision(StrEnum):
    """Pass, fail, or not decided because an analysis did not finish."""

    PASS = "pass"  # noqa: S105 (a verdict, no password)
    FAIL = "fail"
    INDETERMINATE = "indeterminate"


@dataclass(frozen=True, slots=True)
class Verdict:
    """The decision with the eleven answers that it rests on."""

    decision: Decision
    categories: Mapping[Category, CategoryResult]

    @property
    def findings(self) -> tuple[Finding, ...]:
        """All findings, category by category."""
        return tuple(f for result in self.categories.values() for f in result.findings)
