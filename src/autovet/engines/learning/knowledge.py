"""Everything that was learned, apart from where it is kept."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from autovet.domain.event import Outcome
from autovet.domain.policy import EFFECTIVE, AdaptationRule
from autovet.engines.learning.adapting import adaptations
from autovet.engines.learning.decisions import Decisions
from autovet.engines.learning.patterns import Patterns
from autovet.engines.learning.ranking.model import RankingModel
from autovet.engines.learning.votes import OBSERVED, VERDICTS, Votes


@dataclass(slots=True)
class Knowledge:
    """Votes, decisions, patterns and the ranking; outcomes go in, adaptation rules come out.

    Attributes:
        ranked_until: outcomes up to this moment are in the ranking, seconds since the epoch.
        until: the moment of the newest outcome, in seconds since the epoch.
    """

    votes: Votes = field(default_factory=Votes)
    decisions: Decisions = field(default_factory=Decisions)
    patterns: Patterns = field(default_factory=Patterns)
    ranking: RankingModel = field(default_factory=RankingModel)
    ranked_until: float = 0.0
    until: float = 0.0
    _rules: dict[str, tuple[AdaptationRule, ...]] = field(default_factory=dict)
    _left: dict[tuple[str, str], float] = field(default_factory=dict)

    def take_in(self, outcomes: Iterable[Outcome]) -> int:
        """Learn from outcomes, oldest first; tells how many changed anything.

        Going back to a version makes it start anew without what was undone, for which it needs
        all outcomes: give it all of them.
        """
        changed = 0
        for outcome in outcomes:
            self.until = max(self.until, outcome.at)
            if self.decisions.add(outcome):
                changed += 1
            elif outcome.verdict in OBSERVED and not self.decisions.is_undone(outcome.at):
                changed += self._observe(outcome)
        self.ranked_until = max(self.ranked_until, self.until)
        return changed

    def _observe(self, outcome: Outcome) -> bool:
        if outcome.verdict in VERDICTS:
            new = self.votes.add(outcome)
        else:
            key = (outcome.project, outcome.finding_id)
            new = self._left.get(key, 0.0) < outcome.at
            self._left[key] = max(self._left.get(key, 0.0), outcome.at)
        finding = outcome.finding
        if new and finding is not None:
            self.patterns.learn_fact(finding.rule, finding.category, finding.severity)
            if outcome.at > self.ranked_until:
                acted = outcome.verdict == "useful"
                self.ranking.learn(finding, outcome.project, outcome.generator, acted=acted)
        return new

    def forget_outcomes(self) -> None:
        """Start anew with the outcomes; what was decided stays."""
        self.votes, self.ranking = Votes(), RankingModel()
        self.ranked_until = self.until = 0.0
        self._rules.clear()
        self._left.clear()

    def adaptations(self, only: str | None = None) -> tuple[AdaptationRule, ...]:
        """All adaptation rules with their states, in a fixed order.

        Args:
            only: the one rule of which anything is new; None to look at all of them.
        """
        families = {rule: fact[0] for rule, fact in self.patterns.facts.items()}
        for rule in self.votes.rules() if only is None else [only]:
            found = adaptations(self.votes, self.is_security_error, families, rule)
            self._rules[rule] = found
        known = [rule for name in sorted(self._rules) for rule in self._rules[name]]
        return self.decisions.applied(known)

    def is_security_error(self, rule: str) -> bool | None:
        """Whether a rule was seen to report security errors; None where it was never seen."""
        fact = self.patterns.facts.get(rule)
        return None if fact is None else fact == ("security", "error")


def effective(rules: Iterable[AdaptationRule]) -> tuple[AdaptationRule, ...]:
    """Those that have an effect."""
    return tuple(rule for rule in rules if rule.state in EFFECTIVE)
