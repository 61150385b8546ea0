"""Durations counted in buckets that grow by a tenth: small, exact to merge, good for quantiles.

A value falls in the bucket whose upper edge is the next power of 1.1; a quantile is therefore
right to within 10%. The scheme is that of DDSketch (Masson, Rim and Lee, VLDB 2019) without its
limit on the number of buckets: a day of durations from 10 us to an hour needs 210.
"""

import math
from collections.abc import Iterable, Mapping

_GROWTH = math.log(1.1)
_LEAST_MS = 0.01

Histogram = dict[int, int]
"""Number of the bucket to how many values fell in it."""


def bucket_of(value_ms: float) -> int:
    """The bucket of a duration in milliseconds; everything below 10 us shares one."""
    return math.ceil(math.log(max(value_ms, _LEAST_MS)) / _GROWTH)


def histogram(values_ms: Iterable[float]) -> Histogram:
    """Count the durations."""
    found: Histogram = {}
    for value in values_ms:
        bucket = bucket_of(value)
        found[bucket] = found.get(bucket, 0) + 1
    return found


def merged(histograms: Iterable[Mapping[int, int]]) -> Histogram:
    """All counts together."""
    total: Histogram = {}
    for each in histograms:
        for bucket, count in each.items():
            total[bucket] = total.get(bucket, 0) + count
    return total


def quantile(counts: Mapping[int, int], share: float) -> float | None:
    """The duration in milliseconds that ``share`` of the values do not exceed; None when empty."""
    wanted = math.ceil(share * sum(counts.values()))
    passed = 0
    for bucket in sorted(counts):
        passed += counts[bucket]
        if passed >= max(1, wanted):
            return round(math.exp((bucket - 0.5) * _GROWTH), 4)
    return None
