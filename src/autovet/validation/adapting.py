"""Applies what was suppressed in the code and what the learning engine has to say."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from autovet.domain.category import Category
from autovet.domain.finding import Finding
from autovet.domain.inspection import Suppression
from autovet.domain.policy import AdaptationRule, Policy
from autovet.domain.severity import Severity


@dataclass(frozen=True, slots=True)
class Adapted:
    """Findings that are left, and every change that was made to the rest, for the record.

    Attributes:
        suppressed: ids and rules silenced by comments in the code.
        applied: adaptation rules that changed something.
    """

    findings: tuple[Finding, ...]
    suppressed: tuple[dict[str, Any], ...]
    applied: tuple[dict[str, Any], ...]


def adapt(
    findings: Iterable[Finding],
    suppressions: Sequence[Suppression],
    policy: Policy,
    project: str,
) -> Adapted:
    """Leave out what is suppressed or dismissed, and demote what the policy demotes."""
    left: list[Finding] = []
    suppressed: list[dict[str, Any]] = []
    applied: list[dict[str, Any]] = []
    for finding in findings:
        if silencer := _silencer(finding, suppressions):
            suppressed.append(
                {"id": finding.id, "rule": finding.rule, "line": finding.span.line}
                | {"reason": silencer.reason}
            )
            continue
        rule = _adaptation(finding, policy, project)
        if rule is None:
            left.append(finding)
            continue
        applied.append({"action": rule.action, "rule": rule.rule, "finding": finding.id})
        if rule.action != "dismiss":
            left.append(_demoted(finding))
    return Adapted(tuple(left), tuple(suppressed), tuple(applied))


def _silencer(finding: Finding, suppressions: Sequence[Suppression]) -> Suppression | None:
    for suppression in suppressions:
        named = not suppression.rules or finding.rule in suppression.rules
        if named and suppression.line == finding.span.line:
            return suppression
    return None


def _adaptation(finding: Finding, policy: Policy, project: str) -> AdaptationRule | None:
    certain = finding.category is Category.SECURITY and finding.severity is Severity.ERROR
    for rule in policy.adaptations:
        if rule.scope not in {"*", project}:
            continue
        if rule.action == "dismiss":
            if rule.finding_id == finding.id:
                return rule
        elif rule.rule == finding.rule and not certain:
            return rule
    return None


def _demoted(finding: Finding) -> Finding:
    lower = Severity.WARNING if finding.severity is Severity.ERROR else Severity.INFO
    return replace(finding, severity=lower)
