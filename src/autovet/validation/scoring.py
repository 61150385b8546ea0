"""One figure a category, with a meaning."""

from collections.abc import Iterable

from autovet.domain.finding import Finding
from autovet.domain.severity import Severity

WEIGHTS = {Severity.ERROR: 0.6, Severity.WARNING: 0.2, Severity.INFO: 0.02}


def score(findings: Iterable[Finding]) -> int:
    """Return 0 to 100: what is left when every finding takes its share.

    A finding takes ``weight(severity) x confidence`` of what the ones before it have left, so the
    order does not matter, a second finding costs less than the first, and 100 means none at all.
    """
    left = 1.0
    for finding in findings:
        left *= 1 - WEIGHTS[finding.severity] * finding.confidence
    return round(100 * left)
