import math

from hypothesis import given
from hypothesis import strategies as st

from autovet.domain.histogram import histogram, merged, quantile

durations = st.lists(st.floats(0.02, 1e6), min_size=1, max_size=200)


@given(durations, st.floats(0.01, 1.0))
def test_a_quantile_is_right_to_within_a_tenth(values, share):
    exact = sorted(values)[max(0, math.ceil(share * len(values)) - 1)]
    found = quantile(histogram(values), share)
    assert exact / 1.11 <= found <= exact * 1.11


@given(durations, durations)
def test_merging_is_counting_together(one, other):
    assert merged([histogram(one), histogram(other)]) == histogram([*one, *other])


def test_nothing_has_no_quantile():
    assert quantile({}, 0.5) is None


@given(st.floats(-1.0, 0.01))
def test_no_duration_is_too_short_to_count(value):
    assert sum(histogram([value]).values()) == 1
