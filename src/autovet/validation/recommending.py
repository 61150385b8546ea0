"""What to do next, most valuable first."""

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from autovet.domain.finding import Finding
from autovet.domain.rule import Rule
from autovet.domain.severity import Severity
from autovet.domain.verdict import Verdict
from autovet.validation.scoring import WEIGHTS

MOST = 10


def recommendations(verdict: Verdict, rules: Mapping[str, Rule]) -> list[dict[str, Any]]:
    """Return one entry a rule that fired at warning or above, by the score that it costs."""
    by_rule: defaultdict[str, list[Finding]] = defaultdict(list)
    for finding in verdict.findings:
        if finding.severity is not Severity.INFO:
            by_rule[finding.rule].append(finding)
    ranked = sorted(by_rule.values(), key=lambda found: (-_cost(found), found[0].span))
    return [
        {
            "category": found[0].category.value,
            "action": _action(found, rules.get(found[0].rule)),
            "why": found[0].message,
            "findings": [finding.id for finding in found],
        }
        for found in ranked[:MOST]
    ]


def _cost(found: list[Finding]) -> float:
    return sum(WEIGHTS[f.severity] * f.confidence * _appeal(f) for f in found)


def _appeal(finding: Finding) -> float:
    """What is likely acted on counts up to thrice as much as what never is."""
    return 1.0 if finding.worth is None else 0.5 + finding.worth


def _action(found: list[Finding], rule: Rule | None) -> str:
    """The fix's own words, else the paragraph of the rule's documentation that says how."""
    lines = ", ".join(str(f.span.line) for f in found[:5])
    where = f"line {lines}" if len(found) == 1 else f"lines {lines}"
    fix = next((f.fix for f in found if f.fix is not None), None)
    if fix is not None:
        return f"{fix.message} ({where})"
    paragraphs = rule.doc.split("\n\n") if rule else []
    if len(paragraphs) > 2:
        return f"{' '.join(paragraphs[2].split())} ({where})"
    return f"{found[0].message} ({where})"
