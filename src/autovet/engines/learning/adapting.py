"""From votes to adaptation rules."""

import hashlib
import json
from collections.abc import Callable, Iterable
from dataclasses import asdict
from typing import Any, Literal

from autovet.domain.policy import AdaptationRule
from autovet.engines.learning.posterior import Posterior, posteriors
from autovet.engines.learning.votes import Votes

PROBATION_RATE = 0.10
"""A rule goes on probation when its reports are useless at least this often, surely enough."""
DEMOTION_RATE = 0.50
"""And is demoted when most of them are."""
LEAST_OUTCOMES = 5
LEAST_SOURCES = 2
"""Nobody pushes a rule alone, however often: a single user's own dismissals hold for the
findings that they name, and the rule stays as it is."""


def adaptations(
    votes: Votes, is_security_error: Callable[[str], bool | None]
) -> tuple[AdaptationRule, ...]:
    """The adaptation rules that follow from the votes, in a fixed order.

    Args:
        votes: what was said.
        is_security_error: tells of a rule whether it reports security errors, or None where it
            was never seen; neither is ever demoted by statistics.
    """
    found = [
        AdaptationRule(
            vote.rule, project, "dismiss", {"verdict": "not-useful"}, finding_id, vote.at
        )
        for project, finding_id, vote in votes.dismissed()
    ]
    for (rule, project), posterior in posteriors(votes.counts()).items():
        action = _action(posterior)
        if action and is_security_error(rule) is False:
            evidence = {
                "not_useful": posterior.count.not_useful,
                "useful": posterior.count.useful,
                "sources": posterior.count.sources,
                "rate": round(posterior.rate, 4),
                "lower_bound": round(posterior.bound, 4),
            }
            at = posterior.count.last_at
            found.append(AdaptationRule(rule, project, action, evidence, at=at))
    return tuple(sorted(found, key=_identity))


def pushed(votes: Votes) -> Iterable[tuple[str, str]]:
    """Rule and one of its findings, for each rule that statistics would demote somewhere."""
    for (rule, _), posterior in posteriors(votes.counts()).items():
        if _action(posterior):
            yield rule, posterior.count.finding_id


def _action(posterior: Posterior) -> Literal["demote", "probation"] | None:
    count = posterior.count
    if count.not_useful + count.useful < LEAST_OUTCOMES or count.sources < LEAST_SOURCES:
        return None
    bound = posterior.bound
    if bound >= DEMOTION_RATE:
        return "demote"
    return "probation" if bound >= PROBATION_RATE else None


def _identity(rule: AdaptationRule) -> tuple[str, str, str, str]:
    """What of an adaptation rule decides a verdict."""
    return (rule.scope, rule.rule, rule.action, rule.finding_id)


def digest(rules: Iterable[AdaptationRule]) -> str:
    """A name for everything in the rules that decides a verdict."""
    text = json.dumps(sorted(map(_identity, rules)))
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def difference(
    before: Iterable[AdaptationRule], after: Iterable[AdaptationRule]
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """The rules that were added and those that went, as mappings."""
    old, new = {_identity(r): r for r in before}, {_identity(r): r for r in after}
    added = [asdict(rule) for identity, rule in new.items() if identity not in old]
    removed = [asdict(rule) for identity, rule in old.items() if identity not in new]
    return added, removed
