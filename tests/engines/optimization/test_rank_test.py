import random
from itertools import combinations

import pytest

from autovet.engines.optimization.rank_test import chance_of_at_least, confidence_of_difference


def _exact(earlier, recent):
    """The two-sided p-value by going through every way to divide the values."""
    values = [*earlier, *recent]

    def distance(chosen):
        others = [value for index, value in enumerate(values) if index not in chosen]
        u = sum((values[i] > o) + (values[i] == o) / 2 for i in chosen for o in others)
        return abs(u - len(earlier) * len(recent) / 2)

    seen = distance(set(range(len(earlier), len(values))))
    divisions = [set(each) for each in combinations(range(len(values)), len(recent))]
    return sum(distance(chosen) >= seen for chosen in divisions) / len(divisions)


@pytest.mark.parametrize("shift", [0.0, 0.5, 1.0, 2.0])
def test_the_approximation_is_near_the_exact_test(shift):
    draws = random.Random(3)
    earlier = [draws.gauss(0, 1) for _ in range(8)]
    recent = [round(draws.gauss(shift, 1), 1) for _ in range(7)]
    assert 1 - confidence_of_difference(earlier, recent) == pytest.approx(
        _exact(earlier, recent), abs=0.03
    )


def test_false_alarms_are_as_rare_as_promised():
    draws = random.Random(4)
    alarms = sum(
        confidence_of_difference(
            [draws.expovariate(1) for _ in range(60)], [draws.expovariate(1) for _ in range(20)]
        )
        >= 0.95
        for _ in range(600)
    )
    assert alarms / 600 < 0.08


def test_degenerate_input():
    assert confidence_of_difference([], [1.0]) == 0.0
    assert confidence_of_difference([2.0] * 20, [2.0] * 20) == 0.0
    assert confidence_of_difference([1.0] * 30, [2.0] * 30) > 0.999


def test_the_binomial_tail():
    assert chance_of_at_least(2, 2, 0.5) == pytest.approx(0.25)
    assert chance_of_at_least(1, 3, 0.5) == pytest.approx(0.875)
    assert chance_of_at_least(0, 5, 0.1) == 1.0
    assert chance_of_at_least(3, 5, 0.0) == 0.0
    assert chance_of_at_least(2, 5, 1.0) == 1.0
