"""One thing that is wrong, where, and how that is known."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from autovet.domain.category import Category
from autovet.domain.fingerprint import Fingerprint
from autovet.domain.fix import Fix
from autovet.domain.severity import Severity
from autovet.domain.span import Span


@dataclass(frozen=True, slots=True)
class Finding:
    """A report of one rule at one place.

    Attributes:
        message: one sentence that says what and why.
        evidence: how it is known, JSON-serialisable.
        sources: every engine that reported it.
        cwe: the number in the Common Weakness Enumeration, where one fits.
        id: a fingerprint that survives moved lines; given when findings are merged.
        fingerprint: what a dismissal is remembered by; given with the id.
        worth: the probability that somebody acts on it, as learned from outcomes, 0 to 1.
    """

    rule: str
    category: Category
    severity: Severity
    confidence: float
    message: str
    path: str
    span: Span
    evidence: Mapping[str, Any] = field(default_factory=dict)
    fix: Fix | None = None
    sources: tuple[str, ...] = ("autovet",)
    cwe: int | None = None
    id: str = ""
    fingerprint: Fingerprint | None = None
    worth: float | None = None
