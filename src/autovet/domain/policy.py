"""What the learning engine has to say about the next verdict."""

import copy
import hashlib
from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Literal, Protocol

from autovet.domain.event import FindingRecord
from autovet.domain.fingerprint import Fingerprint

Action = Literal["dismiss", "hide", "demote", "promote", "threshold", "probation"]
State = Literal["proposed", "active", "pinned", "reverted"]

EFFECTIVE: tuple[State, ...] = ("active", "pinned")


@dataclass(frozen=True, slots=True)
class AdaptationRule:
    """A change to how a rule is treated, with its evidence; a person can read and undo it.

    Attributes:
        rule: the rule that it is about.
        scope: the project that it holds for, or ``*``.
        action: ``hide`` (out of the report, but for a small share that keeps it measured),
            ``demote`` (error to warning, warning to info), ``promote`` (the reverse),
            ``threshold`` (only findings at least as sure as ``value``), ``probation`` (demoted
            until it proves useful) or ``dismiss`` (one finding).
        finding_id: for ``dismiss``: the one finding that stays dismissed.
        evidence: the counts and bounds that it rests on.
        at: when it was made, in seconds since the epoch.
        kind: the kind of file that it holds for; empty for all.
        generator: whose code it holds for; empty for everybody's.
        value: for ``threshold``: the least confidence that is shown, 0 to 1.
        state: only what is ``active`` or ``pinned`` has an effect.
        path: for ``dismiss``: where the finding was.
        fingerprint: for ``dismiss``: what it is recognised by when its code has moved.
        expires: for ``dismiss``: when it ends, in seconds since the epoch.
        origin: ``learned``, ``decision`` or ``file``.
    """

    rule: str
    scope: str
    action: Action
    evidence: Mapping[str, Any] = field(default_factory=dict)
    finding_id: str = ""
    at: float = 0.0
    kind: str = ""
    generator: str = ""
    value: float = 0.0
    state: State = "active"
    path: str = ""
    fingerprint: Fingerprint | None = None
    expires: float | None = None
    origin: str = "learned"

    @property
    def id(self) -> str:
        """A short name: what it is about and what it does, not why."""
        return _short_name(
            self.rule, self.scope, self.action, self.finding_id, self.kind, self.generator
        )


@lru_cache(maxsize=20_000)
def _short_name(*parts: str) -> str:
    """Remembered, for every verdict names the rules that it used."""
    return hashlib.blake2b("\0".join(parts).encode(), digest_size=4).hexdigest()


class Ranking(Protocol):
    """Tells which findings are worth looking at first."""

    def worth(self, finding: FindingRecord, project: str, generator: str) -> float:
        """The probability that somebody acts on the finding, 0 to 1."""
        ...


@dataclass(frozen=True, slots=True)
class Policy:
    """The learned state that one verdict uses.

    Attributes:
        version: names the state: the same version gives the same verdict.
        patterns: how many patterns (rule, project, generator) have been seen so far.
        dismissals: the dismissals by everything that they are recognised by.
        treatments: all other adaptations by rule.
        ranking: the order of findings; None while nothing was learned about it.
        expiries: when dismissals end, in seconds since the epoch, the first to end first.
    """

    version: str = "0"
    adaptations: tuple[AdaptationRule, ...] = ()
    patterns: int = 0
    dismissals: Mapping[str, tuple[AdaptationRule, ...]] = field(
        init=False, compare=False, repr=False, default_factory=dict
    )
    treatments: Mapping[str, tuple[AdaptationRule, ...]] = field(
        init=False, compare=False, repr=False, default_factory=dict
    )
    ranking: Ranking | None = field(default=None, compare=False, repr=False)
    expiries: tuple[float, ...] = field(init=False, compare=False, repr=False, default=())

    def __post_init__(self) -> None:
        """Sort the adaptations once for all verdicts."""
        dismissals: dict[str, list[AdaptationRule]] = {}
        treatments: dict[str, list[AdaptationRule]] = {}
        for rule in self.adaptations:
            if rule.action != "dismiss":
                treatments.setdefault(rule.rule, []).append(rule)
                continue
            mark = rule.fingerprint or Fingerprint()
            for key in {rule.finding_id, mark.exact, mark.bound, mark.alone} - {""}:
                dismissals.setdefault(key, []).append(rule)
        for name, found in (("dismissals", dismissals), ("treatments", treatments)):
            object.__setattr__(self, name, {key: tuple(rules) for key, rules in found.items()})
        ends = sorted(rule.expires for rule in self.adaptations if rule.expires is not None)
        object.__setattr__(self, "expiries", tuple(ends))

    def ended(self, now: float) -> int:
        """How many dismissals have ended: the same version and number give the same verdict."""
        return bisect_right(self.expiries, now)

    def with_treatments(self, version: str, rules: tuple[AdaptationRule, ...]) -> "Policy":
        """The same with more adaptations, none of which is a dismissal, under another name."""
        treatments = dict(self.treatments)
        for rule in rules:
            treatments[rule.rule] = (*treatments.get(rule.rule, ()), rule)
        more = copy.copy(self)
        object.__setattr__(more, "version", version)
        object.__setattr__(more, "adaptations", (*self.adaptations, *rules))
        object.__setattr__(more, "treatments", treatments)
        return more
