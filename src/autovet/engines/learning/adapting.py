"""From votes to adaptation rules."""

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict
from typing import Any

from autovet.domain.policy import Action, AdaptationRule
from autovet.engines.learning.posterior import (
    PART_WEIGHT,
    POOL_WEIGHT,
    Posterior,
    posterior,
    posteriors,
)
from autovet.engines.learning.thresholds import threshold_of
from autovet.engines.learning.votes import Ballot, Count, Votes, count

PROBATION_RATE = 0.10
"""A rule goes on probation when its reports are useless at least this often, surely enough."""
DEMOTION_RATE = 0.50
"""And is demoted, or hidden in one kind of file, when most of them are."""
PROMOTION_RATE = 0.90
"""And is promoted when surely so many of them are useful."""
HIDING_RATE = 0.45
"""A rule is hidden in one kind of file, or for one generator, from this rate on: four reports of
four, told by two people, are enough, and exploration shows when it was wrong."""
LEAST_OUTCOMES = 5
LEAST_IN_PART = 4
LEAST_PRAISE = 20
LEAST_SOURCES = 2
"""Nobody pushes a rule alone, however often: a single user's own dismissals hold for the
findings that they name, and the rule is merely proposed for more."""


def adaptations(
    votes: Votes,
    is_security_error: Callable[[str], bool | None],
    families: Mapping[str, str] | None = None,
    only: str | None = None,
) -> tuple[AdaptationRule, ...]:
    """The adaptation rules that follow from the votes, in a fixed order; some only proposed.

    Args:
        votes: what was said.
        only: the one rule to look at; None for all.
        is_security_error: tells of a rule whether it reports security errors, or None where it
            was never seen; neither is ever demoted or hidden by statistics.
        families: rule to its category.
    """
    rules = votes.rules() if only is None else [only]
    found = [
        AdaptationRule(
            vote.rule,
            project,
            "dismiss",
            {"verdict": "not-useful"} | ({"why": vote.why} if vote.why else {}),
            finding_id,
            vote.at,
            path=vote.path,
            fingerprint=vote.fingerprint,
            expires=vote.expires,
        )
        for name in rules
        for project, finding_id, vote in votes.dismissed(name)
    ]
    said = posteriors(votes.counts(), families)
    for name in rules:
        if is_security_error(name) is not False:
            continue
        for project, ballots in votes.ballots(name).items():
            key = (name, project)
            found += _of_rule(key, said[key], ballots)
    return tuple(sorted(found, key=_identity))


def _of_rule(
    key: tuple[str, str], whole: Posterior, ballots: list[Ballot]
) -> Iterable[AdaptationRule]:
    """What follows for a rule in a project, first for its parts, then for what is left of it."""
    rule, project = key
    cut = threshold_of(ballots)
    if cut is not None and cut.sources >= LEAST_SOURCES:
        yield AdaptationRule(
            rule, project, "threshold", cut.evidence(), at=whole.count.last_at, value=cut.value
        )
        return
    left = ballots
    for part in ("kind", "generator"):
        for name in sorted({getattr(b[3], part) for b in left} - {""}):
            inside = [b for b in left if getattr(b[3], part) == name]
            outside = [b for b in left if getattr(b[3], part) != name]
            if len(inside) < LEAST_IN_PART:
                continue
            others = posterior(count(outside), whole.rate if not outside else 0.05, POOL_WEIGHT)
            said = posterior(count(inside), others.rate, PART_WEIGHT)
            if said.bound >= HIDING_RATE:
                kind, generator = (name, "") if part == "kind" else ("", name)
                yield _adaptation(key, "hide", said, kind, generator)
                left = outside
    if not left:
        return
    rest = whole if len(left) == len(ballots) else posterior(count(left), 0.05, POOL_WEIGHT)
    action = _action(rest)
    if action:
        yield _adaptation(key, action, rest)


def _adaptation(
    key: tuple[str, str], action: Action, said: Posterior, kind: str = "", generator: str = ""
) -> AdaptationRule:
    evidence = {
        "not_useful": said.count.votes_not_useful,
        "useful": said.count.votes_useful,
        "sources": said.count.sources,
        "rate": round(said.rate, 4),
        "lower_bound": round(said.bound, 4),
    }
    least = LEAST_IN_PART if action == "hide" else LEAST_OUTCOMES
    alone = action != "promote" and not _is_shared(said.count, least)
    return AdaptationRule(
        *key,
        action,
        evidence,
        at=said.count.last_at,
        state="proposed" if alone else "active",
        kind=kind,
        generator=generator,
    )


def _is_shared(said: Count, least: int) -> bool:
    """Whether enough sources say it, none of them drowning the others."""
    weighty = said.not_useful + said.useful
    enough = said.votes_not_useful + said.votes_useful >= least
    return said.sources >= LEAST_SOURCES and enough and weighty >= least * 0.85


def pushed(votes: Votes) -> Iterable[tuple[str, str]]:
    """Rule and one of its findings, for each rule that statistics might demote somewhere."""
    for (rule, _), said in votes.counts().items():
        if said.votes_not_useful + said.votes_useful >= LEAST_IN_PART:
            yield rule, said.finding_id


def _action(said: Posterior) -> Action | None:
    total = said.count.votes_not_useful + said.count.votes_useful
    if total < LEAST_OUTCOMES:
        return None
    if total >= LEAST_PRAISE and said.useful_bound >= PROMOTION_RATE:
        return "promote"
    bound = said.bound
    if bound >= DEMOTION_RATE:
        return "demote"
    return "probation" if bound >= PROBATION_RATE else None


def _identity(rule: AdaptationRule) -> tuple[str, ...]:
    """What of an adaptation rule decides a verdict."""
    return (
        rule.scope,
        rule.rule,
        rule.action,
        rule.finding_id,
        rule.kind,
        rule.generator,
        f"{rule.value:.3f}",
        "" if rule.expires is None else f"{rule.expires:.0f}",
        rule.state,
    )


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
