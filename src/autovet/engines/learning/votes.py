"""What people and tools said about findings."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from autovet.domain.event import Outcome
from autovet.domain.fingerprint import Fingerprint

VERDICTS = ("useful", "not-useful")
OBSERVED = (*VERDICTS, "left")
FADING = 0.97
"""What the outcome before weighs against the newest: some thirty outcomes are remembered."""
HALF_LIFE_S = 180 * 86_400.0
"""An outcome of half a year ago weighs half as much as the newest on record."""
CROWD = 3.0
"""A single source weighs at most so many times what all others say together."""


@dataclass(frozen=True, slots=True)
class Vote:
    """The last word of one source on one finding.

    Attributes:
        explicit: it was given as feedback on this very finding.
        kind: the kind of file that the finding was in; empty where nobody knows.
        generator: who wrote the code.
        confidence: how sure the report was, 0 to 1; 0 where nobody knows.
        path: where the finding was, for one that was dismissed.
        fingerprint: what it is recognised by, for one that was dismissed.
        expires: when a dismissal ends, in seconds since the epoch.
        why: the words given with a dismissal.
    """

    at: float
    useful: bool
    rule: str
    explicit: bool
    kind: str = ""
    generator: str = ""
    confidence: float = 0.0
    path: str = ""
    fingerprint: Fingerprint | None = None
    expires: float | None = None
    why: str = ""


@dataclass(frozen=True, slots=True)
class Count:
    """The votes on a rule in some scope.

    Attributes:
        useful: how much is said for it; older votes weigh less.
        not_useful: how much is said against it; no source weighs more than ``CROWD`` times the
            others.
        sources: who called it not useful, counted.
        last_at: when the newest vote was given.
        finding_id: a finding that the newest vote is about.
        votes_useful: how many votes are for it.
        votes_not_useful: how many are against it.
    """

    useful: float = 0
    not_useful: float = 0
    sources: int = 0
    last_at: float = 0.0
    finding_id: str = ""
    votes_useful: int = 0
    votes_not_useful: int = 0


Ballot = tuple[float, str, str, Vote]
"""The moment, the finding, the source and what it said."""


@dataclass(slots=True)
class Votes:
    """One vote for each finding and source: the latest.

    Adding the same outcomes again, or in another order, gives the same votes, so rows can be
    read twice and by several processes.
    """

    _votes: dict[tuple[str, str, str], Vote] = field(default_factory=dict)
    _by_rule: dict[str, dict[tuple[str, str, str], None]] = field(default_factory=dict)
    _counts: dict[tuple[str, str], Count] = field(default_factory=dict)
    _stale: set[str] = field(default_factory=set)

    def __len__(self) -> int:
        """How many votes count."""
        return len(self._votes)

    def add(self, outcome: Outcome) -> bool:
        """Take an outcome in; tells whether it changed anything."""
        if outcome.verdict not in VERDICTS:
            return False
        # Whoever gives no name counts as one source together.
        key = (outcome.project, outcome.finding_id, outcome.author or outcome.origin)
        vote = _vote(outcome)
        known = self._votes.get(key)
        if known is not None and _order(vote) <= _order(known):
            return False
        if known is not None and known.rule != vote.rule:
            del self._by_rule[known.rule][key]
            self._stale.add(known.rule)
        self._votes[key] = vote
        self._by_rule.setdefault(vote.rule, {})[key] = None
        self._stale.add(vote.rule)
        return True

    def rules(self) -> list[str]:
        """The rules that anybody voted on, sorted."""
        return sorted(rule for rule, keys in self._by_rule.items() if keys)

    def ballots(self, rule: str) -> dict[str, list[Ballot]]:
        """The votes on a rule by project, oldest first.

        Where a person spoke of a finding, what else was observed of it does not count.
        """
        found: dict[str, list[Ballot]] = {}
        keys = self._by_rule.get(rule, {})
        spoken = {key[:2] for key in keys if self._votes[key].explicit}
        for key in keys:
            project, finding_id, source = key
            vote = self._votes[key]
            if not vote.explicit and (project, finding_id) in spoken:
                continue
            found.setdefault(project, []).append((vote.at, finding_id, source, vote))
        for ballots in found.values():
            ballots.sort(key=lambda b: (b[0], b[1], b[2]))
        return found

    def counts(self) -> dict[tuple[str, str], Count]:
        """The votes by rule and project; only rules with new votes are counted again."""
        for rule in self._stale:
            for key in [key for key in self._counts if key[0] == rule]:
                del self._counts[key]
            for project, ballots in self.ballots(rule).items():
                self._counts[rule, project] = count(ballots)
        self._stale.clear()
        return self._counts

    def dismissed(self, rule: str | None = None) -> Iterator[tuple[str, str, Vote]]:
        """Project, finding and vote where the last explicit word, whoever's, is not useful."""
        last: dict[tuple[str, str], Vote] = {}
        for key in self._votes if rule is None else self._by_rule.get(rule, ()):
            (project, finding_id, _), vote = key, self._votes[key]
            if not vote.explicit:
                continue
            known = last.get((project, finding_id))
            if known is None or _order(vote) > _order(known):
                last[project, finding_id] = vote
        for (project, finding_id), vote in last.items():
            if not vote.useful:
                yield project, finding_id, vote


def count(ballots: Iterable[Ballot]) -> Count:
    """Count votes, given oldest first; the newer one is, the more it weighs."""
    ordered = list(ballots)
    if not ordered:
        return Count()
    newest, finding_id = ordered[-1][0], ordered[-1][1]
    useful, against = 0.0, dict[str, float]()
    votes = {True: 0, False: 0}
    weight = 1.0
    for at, _, source, vote in reversed(ordered):
        worth = weight * 0.5 ** ((newest - at) / HALF_LIFE_S)
        votes[vote.useful] += 1
        if vote.useful:
            useful += worth
        else:
            against[source] = against.get(source, 0.0) + worth
        weight *= FADING
    return Count(
        useful,
        _crowd(against),
        len(against),
        newest,
        finding_id,
        votes[True],
        votes[False],
    )


def _crowd(against: Mapping[str, float]) -> float:
    total = sum(against.values())
    if len(against) < 2:
        return total
    loudest = max(against.values())
    return min(loudest, CROWD * (total - loudest)) + total - loudest


def _vote(outcome: Outcome) -> Vote:
    finding = outcome.finding
    explicit = outcome.origin == "feedback"
    dismissal = explicit and outcome.verdict == "not-useful"
    return Vote(
        outcome.happened or outcome.at,
        outcome.verdict == "useful",
        outcome.rule,
        explicit,
        kind=finding.kind if finding else "",
        generator=outcome.generator,
        confidence=finding.confidence if finding else 0.0,
        path=finding.path if finding and dismissal else "",
        fingerprint=finding.fingerprint if finding and dismissal else None,
        expires=outcome.expires if dismissal else None,
        why=outcome.why if dismissal else "",
    )


def _order(vote: Vote) -> tuple[float, bool, str, bool]:
    """Later is greater; of two at the same moment the cautious one, ``useful``, wins."""
    return (vote.at, vote.useful, vote.rule, vote.explicit)
