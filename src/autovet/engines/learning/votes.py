"""What people and tools said about findings."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from autovet.domain.event import Outcome

VERDICTS = ("useful", "not-useful")


@dataclass(frozen=True, slots=True)
class Vote:
    """The last word of one source on one finding.

    Attributes:
        explicit: it was given as feedback on this very finding.
    """

    at: float
    useful: bool
    rule: str
    explicit: bool


@dataclass(frozen=True, slots=True)
class Count:
    """The votes on a rule in a project; ``sources`` counts who called it not useful."""

    useful: int = 0
    not_useful: int = 0
    sources: int = 0
    last_at: float = 0.0
    finding_id: str = ""


@dataclass(slots=True)
class Votes:
    """One vote for each finding and source: the latest.

    Adding the same outcomes again, or in another order, gives the same votes, so rows can be
    read twice and by several processes.
    """

    _votes: dict[tuple[str, str, str], Vote] = field(default_factory=dict)

    def __len__(self) -> int:
        """How many votes count."""
        return len(self._votes)

    def add(self, outcome: Outcome) -> bool:
        """Take an outcome in; tells whether it changed anything."""
        if outcome.verdict not in VERDICTS:
            return False
        # Whoever gives no name counts as one source together.
        source = outcome.author or outcome.origin
        key = (outcome.project, outcome.finding_id, source)
        useful = outcome.verdict == "useful"
        vote = Vote(outcome.at, useful, outcome.rule, outcome.origin == "feedback")
        known = self._votes.get(key)
        if known is not None and _order(vote) <= _order(known):
            return False
        self._votes[key] = vote
        return True

    def counts(self) -> dict[tuple[str, str], Count]:
        """The votes by rule and project."""
        useful: dict[tuple[str, str], list[tuple[float, str]]] = {}
        useless: dict[tuple[str, str], list[tuple[float, str]]] = {}
        sources: dict[tuple[str, str], set[str]] = {}
        for (project, finding_id, source), vote in self._votes.items():
            key = (vote.rule, project)
            (useful if vote.useful else useless).setdefault(key, []).append((vote.at, finding_id))
            if not vote.useful:
                sources.setdefault(key, set()).add(source)
        return {
            key: Count(
                len(useful.get(key, ())),
                len(useless.get(key, ())),
                len(sources.get(key, ())),
                *max([*useful.get(key, ()), *useless.get(key, ())]),
            )
            for key in useful.keys() | useless.keys()
        }

    def dismissed(self) -> Iterator[tuple[str, str, Vote]]:
        """Project, finding and vote where the last explicit word, whoever's, is not useful."""
        last: dict[tuple[str, str], Vote] = {}
        for (project, finding_id, _), vote in self._votes.items():
            known = last.get((project, finding_id))
            if vote.explicit and (known is None or _order(vote) > _order(known)):
                last[project, finding_id] = vote
        for (project, finding_id), vote in last.items():
            if not vote.useful:
                yield project, finding_id, vote


def _order(vote: Vote) -> tuple[float, bool, str, bool]:
    """Later is greater; of two at the same moment the cautious one, ``useful``, wins."""
    return (vote.at, vote.useful, vote.rule, vote.explicit)
