import itertools
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autovet.domain.event import Outcome
from autovet.engines.learning.beta import cumulative, lower_bound
from autovet.engines.learning.posterior import posteriors
from autovet.engines.learning.votes import Count, Votes


@pytest.mark.parametrize(("a", "b"), [(5.2, 3.8), (1.2, 7.8), (2.0, 3.0), (0.5, 0.5), (300, 900)])
def test_the_beta_distribution_agrees_with_random_draws(a, b):
    draws = random.Random(7)
    values = sorted(draws.betavariate(a, b) for _ in range(20_000))
    for level in (0.05, 0.5, 0.9):
        bound = lower_bound(a, b, level)
        assert abs(sum(value <= bound for value in values) / len(values) - level) < 0.015
        assert cumulative(a, b, bound) == pytest.approx(level, abs=1e-6)


def test_a_closed_form():
    # A Beta(2, 1) is at most x with probability x squared.
    assert cumulative(2, 1, 0.3) == pytest.approx(0.09)
    assert lower_bound(1, 1, 0.25) == pytest.approx(0.25)


def test_a_project_with_few_outcomes_leans_on_the_others():
    few = Count(useful=1, not_useful=0)
    alone = posteriors({("r", "new"): few})["r", "new"]
    among = posteriors({("r", "new"): few, ("r", "old"): Count(useful=10, not_useful=90)})
    assert alone.rate < 0.06
    assert among["r", "new"].rate > 0.6
    assert among["r", "old"].rate > 0.8


OUTCOMES = st.lists(
    st.builds(
        Outcome,
        at=st.integers(1, 5).map(float),
        finding_id=st.sampled_from("ab"),
        rule=st.sampled_from(["r", "s"]),
        project=st.just("p"),
        verdict=st.sampled_from(["useful", "not-useful"]),
        origin=st.sampled_from(["feedback", "healed"]),
        author=st.sampled_from(["", "ann"]),
    ),
    max_size=5,
)


@given(OUTCOMES)
def test_order_and_repetition_of_outcomes_do_not_matter(outcomes):
    results = set()
    for order in itertools.islice(itertools.permutations(outcomes), 24):
        votes = Votes()
        for outcome in (*order, *order):
            votes.add(outcome)
        counts = tuple(sorted((key, repr(count)) for key, count in votes.counts().items()))
        results.add((counts, tuple(sorted(map(repr, votes.dismissed())))))
    assert len(results) == 1
