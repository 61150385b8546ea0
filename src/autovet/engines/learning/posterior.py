"""How sure we are that a rule's reports are not useful, from the general to the specific."""

from collections.abc import Mapping
from dataclasses import dataclass

from autovet.engines.learning.beta import lower_bound
from autovet.engines.learning.votes import Count

PRIOR_RATE = 0.05
"""The share of useless reports that is assumed without any outcome: half of what is tolerated."""
POOL_WEIGHT = 4.0
"""How many outcomes the level above (all rules, their family, the rule elsewhere) counts for."""
PART_WEIGHT = 1.0
"""The same for a part of a project: what holds for tests says little about production code."""
LEVEL = 0.05
"""The rate is above the lower bound with a probability of 95%."""


@dataclass(frozen=True, slots=True)
class Posterior:
    """The beta distribution of the rate of useless reports, and the votes behind it."""

    a: float
    b: float
    count: Count

    @property
    def rate(self) -> float:
        """The expected rate."""
        return self.a / (self.a + self.b)

    @property
    def bound(self) -> float:
        """The rate is higher than this with a probability of 95%."""
        return lower_bound(self.a, self.b, LEVEL)

    @property
    def useful_bound(self) -> float:
        """The rate of useful reports is higher than this with a probability of 95%."""
        return lower_bound(self.b, self.a, LEVEL)


def posteriors(
    counts: Mapping[tuple[str, str], Count], families: Mapping[str, str] | None = None
) -> dict[tuple[str, str], Posterior]:
    """The posterior of each rule in each project.

    The prior of a rule in a project is what the other projects say about the rule, which starts
    from what is said about the other rules of its family, and that from ``PRIOR_RATE``: a project
    with few outcomes leans on the others, one with many speaks for itself, and no outcome counts
    twice.

    Args:
        counts: the votes by rule and project.
        families: rule to its family (its category), where it is known.
    """
    known = families or {}
    by_rule: dict[str, tuple[float, float]] = {}
    by_family: dict[str, tuple[float, float]] = {}
    for (rule, _), count in counts.items():
        by_rule[rule] = _plus(by_rule.get(rule), count)
        if rule in known:
            by_family[known[rule]] = _plus(by_family.get(known[rule]), count)
    found = {}
    for (rule, project), count in counts.items():
        useless, total = by_rule[rule]
        family_useless, family_total = by_family.get(known.get(rule, ""), (useless, total))
        family = _rate(family_useless - useless, family_total - total, PRIOR_RATE)
        own = count.not_useful + count.useful
        pooled = _rate(useless - count.not_useful, total - own, family)
        found[rule, project] = posterior(count, pooled, POOL_WEIGHT)
    return found


def posterior(count: Count, general: float, weight: float) -> Posterior:
    """The posterior of some votes, where ``general`` is the rate one level above."""
    return Posterior(
        general * weight + count.not_useful, (1 - general) * weight + count.useful, count
    )


def _plus(sums: tuple[float, float] | None, count: Count) -> tuple[float, float]:
    useless, total = sums or (0.0, 0.0)
    return useless + count.not_useful, total + count.not_useful + count.useful


def _rate(useless: float, total: float, general: float) -> float:
    return (max(useless, 0.0) + general * POOL_WEIGHT) / (max(total, 0.0) + POOL_WEIGHT)
