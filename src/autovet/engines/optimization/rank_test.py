"""Whether one set of measurements is really larger than another."""

import math
from collections import Counter
from collections.abc import Sequence


def confidence_of_difference(earlier: Sequence[float], recent: Sequence[float]) -> float:
    """How surely the two come from different distributions, 0 to 1 (one minus the p-value).

    The two-sided Mann-Whitney test with the normal approximation, corrected for ties and for
    continuity: nothing is assumed about the shape of the distributions. Fit for eight or more
    values a side.
    """
    n, m = len(earlier), len(recent)
    if not n or not m:
        return 0.0
    ties = Counter((*earlier, *recent))
    rank_of, below = {}, 0
    for value in sorted(ties):
        rank_of[value] = below + (ties[value] + 1) / 2
        below += ties[value]
    u = sum(rank_of[value] for value in recent) - m * (m + 1) / 2
    total = n + m
    tied = sum(count**3 - count for count in ties.values())
    variance = n * m / 12 * (total + 1 - tied / (total * (total - 1)))
    if variance <= 0:
        return 0.0
    z = max(0.0, abs(u - n * m / 2) - 0.5) / math.sqrt(variance)
    return math.erf(z / math.sqrt(2))


def chance_of_at_least(hits: int, trials: int, rate: float) -> float:
    """The binomial probability of ``hits`` or more in ``trials`` of probability ``rate`` each."""
    if hits <= 0 or rate >= 1:
        return 1.0
    if rate <= 0:
        return 0.0
    terms = (
        math.lgamma(trials + 1)
        - math.lgamma(k + 1)
        - math.lgamma(trials - k + 1)
        + k * math.log(rate)
        + (trials - k) * math.log1p(-rate)
        for k in range(hits, trials + 1)
    )
    return min(1.0, math.fsum(map(math.exp, terms)))
