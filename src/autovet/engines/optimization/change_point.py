"""When a series changed its level."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

_NEEDED = 40
_SURE = 0.999
_RELEVANT = 0.10


@dataclass(frozen=True, slots=True)
class ChangePoint:
    """The level went from ``before`` to ``after`` with the value at ``index``."""

    index: int
    before: float
    after: float
    confidence: float


def change_point(values: Sequence[float]) -> ChangePoint | None:
    """The one change of level that shows most, where it is sure and at least a tenth.

    Pettitt's test (A Non-Parametric Approach to the Change-Point Problem, 1979) with its
    approximation of the p-value: ranks alone count, so outliers do not matter.
    """
    n = len(values)
    if n < _NEEDED:
        return None
    middle = (n + 1) / 2
    sums, furthest, index = 0.0, 0.0, 0
    for position, rank in enumerate(_ranks(values)):
        sums += rank - middle
        if abs(sums) > furthest and position + 1 < n:
            furthest, index = abs(sums), position + 1
    statistic = 2 * furthest
    confidence = 1 - min(1.0, 2 * math.exp(-6 * statistic**2 / (n**3 + n**2)))
    if confidence < _SURE:
        return None
    before, after = median(values[:index]), median(values[index:])
    if abs(after - before) < _RELEVANT * max(abs(before), 1e-9):
        return None
    return ChangePoint(index, round(before, 3), round(after, 3), round(confidence, 5))


def _ranks(values: Sequence[float]) -> list[float]:
    """The rank of each value, ties sharing the mean of theirs."""
    order = sorted(range(len(values)), key=values.__getitem__)
    ranks = [0.0] * len(values)
    start = 0
    while start < len(order):
        end = start
        while end + 1 < len(order) and values[order[end + 1]] == values[order[start]]:
            end += 1
        for place in order[start : end + 1]:
            ranks[place] = (start + end) / 2 + 1
        start = end + 1
    return ranks
