"""How sure we are that a rule's reports are not useful in a project."""

from collections.abc import Mapping
from dataclasses import dataclass

from autovet.engines.learning.beta import lower_bound
from autovet.engines.learning.votes import Count

PRIOR_RATE = 0.05
"""The share of useless reports that is assumed without any outcome: half of what is tolerated."""
POOL_WEIGHT = 4.0
"""How many outcomes the level above (all rules, then the rule elsewhere) counts for."""
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


def posteriors(counts: Mapping[tuple[str, str], Count]) -> dict[tuple[str, str], Posterior]:
    """The posterior of each rule in each project.

    The prior of a rule in a project is what the other projects say about the rule, which in turn
    starts from ``PRIOR_RATE``: a project with few outcomes leans on the others, one with many
    speaks for itself, and no outcome counts twice.
    """
    useless: dict[str, int] = {}
    total: dict[str, int] = {}
    for (rule, _), count in counts.items():
        useless[rule] = useless.get(rule, 0) + count.not_useful
        total[rule] = total.get(rule, 0) + count.not_useful + count.useful
    found = {}
    for (rule, project), count in counts.items():
        elsewhere_useless = useless[rule] - count.not_useful
        elsewhere = total[rule] - count.not_useful - count.useful
        pooled = (elsewhere_useless + PRIOR_RATE * POOL_WEIGHT) / (elsewhere + POOL_WEIGHT)
        found[rule, project] = Posterior(
            pooled * POOL_WEIGHT + count.not_useful,
            (1 - pooled) * POOL_WEIGHT + count.useful,
            count,
        )
    return found
