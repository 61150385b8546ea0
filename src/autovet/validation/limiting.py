"""Keeps a flood of one rule from burying everything else."""

from collections import Counter
from collections.abc import Iterable

from autovet.domain.finding import Finding

MOST_PER_RULE = 100


def limited(findings: Iterable[Finding]) -> tuple[list[Finding], dict[str, int]]:
    """Return the first findings of each rule, and by rule how many were left out."""
    kept: list[Finding] = []
    seen: Counter[str] = Counter()
    for finding in sorted(findings, key=lambda f: (f.span, f.rule)):
        seen[finding.rule] += 1
        if seen[finding.rule] <= MOST_PER_RULE:
            kept.append(finding)
    return kept, {rule: n - MOST_PER_RULE for rule, n in seen.items() if n > MOST_PER_RULE}
