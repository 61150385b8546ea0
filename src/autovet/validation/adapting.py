"""Applies what was suppressed in the code and what the learning engine has to say."""

import zlib
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from autovet.domain.category import Category
from autovet.domain.finding import Finding
from autovet.domain.inspection import Suppression
from autovet.domain.policy import AdaptationRule, Policy
from autovet.domain.severity import Severity
from autovet.validation.dismissing import dismissed_among

EXPLORED = 20
"""One in so many hidden findings is shown, the same ones each time, so that what people do with
them goes on being seen."""
_ORDER = ("hide", "threshold", "demote", "probation", "promote")


@dataclass(frozen=True, slots=True)
class Adapted:
    """Findings that are left, and every change that was made to the rest, for the record.

    Attributes:
        suppressed: ids and rules silenced by comments in the code.
        applied: adaptation rules that changed something.
        hidden: findings that were learned to be left out.
    """

    findings: tuple[Finding, ...]
    suppressed: tuple[dict[str, Any], ...]
    applied: tuple[dict[str, Any], ...]
    hidden: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class Place:
    """Where the findings of one file stand, as far as what was learned depends on it.

    Attributes:
        project: the key that learning files the project under.
        kind: see ``FileKind``.
        generator: who wrote the code.
        scopes: the dotted names of the functions and classes of the file.
        now: the moment, in seconds since the epoch, for dismissals that end.
    """

    project: str
    kind: str = ""
    generator: str = ""
    scopes: Collection[str] = ()
    now: float | None = None


def adapt(
    findings: Iterable[Finding],
    suppressions: Sequence[Suppression],
    policy: Policy,
    place: Place | str,
) -> Adapted:
    """Leave out what is suppressed, dismissed or hidden, and weigh the rest as was learned."""
    if isinstance(place, str):
        place = Place(place)
    open_ones: list[Finding] = []
    suppressed: list[dict[str, Any]] = []
    for finding in findings:
        if silencer := _silencer(finding, suppressions):
            suppressed.append(
                {"id": finding.id, "rule": finding.rule, "line": finding.span.line}
                | {"reason": silencer.reason}
            )
        else:
            open_ones.append(finding)
    dismissed = dismissed_among(open_ones, policy, place.project, place.scopes, place.now)
    left: list[Finding] = []
    hidden: list[Finding] = []
    applied: list[dict[str, Any]] = []
    for at, finding in enumerate(open_ones):
        rule = dismissed.get(at) or _treatment(finding, policy, place)
        if rule is None:
            left.append(finding)
            continue
        changed = None if rule.action == "dismiss" else _changed(finding, rule)
        if changed is finding:
            left.append(finding)
            continue
        applied.append(
            {"action": rule.action, "rule": rule.rule, "finding": finding.id, "by": rule.id}
            | ({} if rule.origin == "learned" else {"origin": rule.origin})
        )
        if changed is not None:
            left.append(changed)
        elif rule.action != "dismiss":
            hidden.append(finding)
    return Adapted(tuple(left), tuple(suppressed), tuple(applied), tuple(hidden))


def _silencer(finding: Finding, suppressions: Sequence[Suppression]) -> Suppression | None:
    for suppression in suppressions:
        named = not suppression.rules or finding.rule in suppression.rules
        if named and suppression.line == finding.span.line:
            return suppression
    return None


def _treatment(finding: Finding, policy: Policy, place: Place) -> AdaptationRule | None:
    """The strongest adaptation that fits; none ever touches a security error."""
    if finding.category is Category.SECURITY and finding.severity is Severity.ERROR:
        return None
    fitting = [
        rule
        for rule in policy.treatments.get(finding.rule, ())
        if rule.scope in {"*", place.project}
        and rule.kind in {"", place.kind}
        and rule.generator in {"", place.generator}
    ]
    return min(fitting, key=lambda r: (_ORDER.index(r.action), r.id), default=None)


def _changed(finding: Finding, rule: AdaptationRule) -> Finding | None:
    """The finding as the rule leaves it; None where it is left out."""
    if rule.action == "hide":
        return finding if is_explored(finding.id) else None
    if rule.action == "threshold":
        return finding if finding.confidence >= rule.value else None
    severity = {
        ("demote", Severity.ERROR): Severity.WARNING,
        ("promote", Severity.INFO): Severity.WARNING,
        ("promote", Severity.WARNING): Severity.WARNING,
        ("promote", Severity.ERROR): Severity.ERROR,
        ("probation", Severity.ERROR): Severity.WARNING,
    }.get((rule.action, finding.severity), Severity.INFO)
    same = severity is finding.severity and rule.action == "promote"
    return finding if same else replace(finding, severity=severity)


def is_explored(finding_id: str) -> bool:
    """Whether a finding is shown although what was learned hides it; the id alone decides."""
    return zlib.crc32(finding_id.encode()) % EXPLORED == 0
