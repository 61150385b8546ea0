import random

from hypothesis import given
from hypothesis import strategies as st

from autovet.engines.optimization.change_point import change_point


def _noise(seed, middle, count):
    source = random.Random(seed)
    return [middle * source.lognormvariate(0, 0.3) for _ in range(count)]


def test_a_step_is_found_where_it_is():
    point = change_point([*_noise(1, 10, 200), *_noise(2, 20, 100)])
    assert abs(point.index - 200) <= 10
    assert 9 < point.before < 11
    assert 18 < point.after < 22
    assert point.confidence > 0.999


def test_noise_has_none():
    assert sum(change_point(_noise(seed, 10, 300)) is not None for seed in range(50)) == 0


def test_one_wild_value_is_no_change():
    assert change_point([10.0] * 60 + [9_000.0] + [10.0] * 60) is None


def test_a_small_step_is_not_worth_a_word():
    assert change_point([10.0] * 200 + [10.5] * 200) is None


@given(st.lists(st.floats(0, 1e6), max_size=80))
def test_any_series_gets_an_answer(values):
    point = change_point(values)
    assert point is None or 0 < point.index < len(values)
