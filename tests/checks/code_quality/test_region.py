import ast

from hypothesis import given
from hypothesis import strategies as st

from autovet.checks.code_quality._condition import reach
from autovet.checks.code_quality._region import ALL, NOTHING, Region, above, below, exactly

NUMBERS = [-2.0, -1.0, -0.5, 0.0, 0.5, 1.0, 2.0, 3.0]
numbers = st.sampled_from(NUMBERS[1:-1])
simple = st.one_of(
    st.builds(below, numbers, inclusive=st.booleans()),
    st.builds(above, numbers, inclusive=st.booleans()),
    st.builds(exactly, numbers),
    st.builds(exactly, st.sampled_from(["'a'", "'b'"])),
)
regions = st.recursive(
    simple,
    lambda inner: st.one_of(
        inner.map(Region.complement),
        st.tuples(inner, inner).map(lambda pair: pair[0] & pair[1]),
        st.tuples(inner, inner).map(lambda pair: pair[0] | pair[1]),
    ),
    max_leaves=6,
)


def holds(region: Region, value: float | str) -> bool:
    return not (region & exactly(value)).empty


@given(regions, regions, st.sampled_from([*NUMBERS, "'a'", "'b'", "'c'"]))
def test_regions_obey_the_laws_of_sets(a: Region, b: Region, value: float | str) -> None:
    assert holds(a & b, value) == (holds(a, value) and holds(b, value))
    assert holds(a | b, value) == (holds(a, value) or holds(b, value))
    assert holds(a - b, value) == (holds(a, value) and not holds(b, value))
    assert holds(a.complement(), value) != holds(a, value)
    assert (a & a.complement()).empty


def test_everything_and_nothing_are_opposites() -> None:
    assert ALL.complement() == NOTHING
    assert NOTHING.empty
    assert not ALL.empty


comparisons = st.builds(
    lambda op, n, mirrored: f"{n} {op} x" if mirrored else f"x {op} {n}",
    st.sampled_from(["<", "<=", ">", ">=", "==", "!="]),
    st.sampled_from([-1, 0, 0.5, 2]),
    st.booleans(),
)
memberships = st.sampled_from(
    ["x in (0, 2)", "x not in (0, 2)", "x is None", "x is not None", "unknown(x)", "x"]
)
conditions = st.recursive(
    st.one_of(comparisons, memberships),
    lambda inner: st.one_of(
        inner.map(lambda c: f"not ({c})"),
        st.tuples(inner, st.sampled_from(["and", "or"]), inner).map(
            lambda t: f"({t[0]}) {t[1]} ({t[2]})"
        ),
    ),
    max_leaves=5,
)


@given(conditions, st.sampled_from(NUMBERS), st.booleans())
def test_a_condition_is_bounded_from_both_sides(code: str, x: float, unknown: bool) -> None:
    truth = bool(eval(code, {"x": x, "unknown": lambda _: unknown}))
    asked = reach(ast.parse(code, mode="eval").body, "x")
    if truth:
        assert holds(asked.at_most, x)
    if holds(asked.at_least, x):
        assert truth


def test_combining_with_itself_changes_nothing() -> None:
    region = below(1, inclusive=True) | exactly("'a'")
    assert (region & region) == region
    assert (region | region) == region
