import collections
import dataclasses
import datetime as dt
import decimal
import enum
import fractions
import math
import pathlib
import uuid
from typing import NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autovet.adapters.sandbox.inside.encoding import encode
from autovet.validation.value import is_encoded, same_value


class Plain(enum.Enum):
    A = 1
    B = "b"


class Number(enum.IntEnum):
    ONE = 1
    TWO = 2


class Word(enum.StrEnum):
    B = "b"


@dataclasses.dataclass(frozen=True)
class Left:
    x: object


@dataclasses.dataclass(frozen=True)
class Right:
    x: object


class Pair(NamedTuple):
    x: object
    y: object


scalars = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-2, 2),
    st.integers(),
    st.sampled_from([2**70, -(2**64), 2**1100]),
    st.sampled_from([0.0, -0.0, 1.0, 2.0, 0.5, math.inf, -math.inf, 1e300]),
    st.complex_numbers(allow_nan=False, allow_infinity=False, max_magnitude=3),
    st.text("ab\ud800", max_size=2),
    st.binary(max_size=2),
    st.binary(max_size=1).map(bytearray),
    st.decimals(-2, 2, places=1),
    st.fractions(-1, 1, max_denominator=3),
    st.dates(dt.date(2024, 1, 1), dt.date(2024, 1, 3)),
    st.sampled_from(
        [
            dt.datetime(2024, 1, 1),  # noqa: DTZ001 (a naive one is meant)
            dt.datetime(2024, 1, 1, 12, tzinfo=dt.UTC),
            dt.datetime(2024, 1, 1, 13, tzinfo=dt.timezone(dt.timedelta(hours=1))),
            dt.time(1, 2, 3, 4),
            dt.timedelta(days=-1, microseconds=5),
            uuid.UUID(int=5),
            pathlib.PurePosixPath("a/b"),
            pathlib.PureWindowsPath("A/b"),
            pathlib.PureWindowsPath("a/B"),
            Plain.A,
            Plain.B,
            Number.ONE,
            Number.TWO,
            Word.B,
        ]
    ),
)
hashables = st.recursive(
    scalars.filter(lambda v: type(v) is not bytearray),
    lambda inner: st.one_of(
        st.lists(inner, max_size=2).map(tuple),
        st.builds(Left, inner),
        st.builds(Right, inner),
        st.builds(Pair, inner, inner),
        st.frozensets(inner, max_size=2),
    ),
    max_leaves=4,
)
values = st.recursive(
    st.one_of(scalars, hashables),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.lists(inner, max_size=2).map(tuple),
        st.sets(hashables, max_size=3),
        st.dictionaries(hashables, inner, max_size=3),
        st.dictionaries(hashables, inner, max_size=2).map(collections.OrderedDict),
    ),
    max_leaves=6,
)


def _ordered(value: object) -> bool:
    return "OrderedDict" in repr(value)


@given(values, values)
@settings(max_examples=400, deadline=None)
def test_agrees_with_equality(a: object, b: object) -> None:
    assert is_encoded(encode(a))
    if _ordered(a) and _ordered(b):
        return  # the order of these counts for Python alone
    assert same_value(encode(a), encode(b)) is (a == b)


@given(values)
@settings(max_examples=200, deadline=None)
def test_every_value_is_itself(value: object) -> None:
    assert same_value(encode(value), encode(value)) is True


@given(hashables, hashables)
@settings(max_examples=300, deadline=None)
def test_agrees_with_equality_of_sets_and_keys(a: object, b: object) -> None:
    assert same_value(encode({a}), encode({b})) is ({a} == {b})
    assert same_value(encode({a: 1}), encode({b: True})) is ({a: 1} == {b: True})


@pytest.mark.parametrize(
    ("a", "b", "same"),
    [
        (0.1 + 0.2, 0.3, True),
        ([0.1 + 0.2], [0.3], True),
        (1.0, 1.0 + 1e-6, False),
        (1, 1.0 + 1e-12, True),
        (1, 2, False),
        (10**400, 1e300, False),
        (math.nan, math.nan, False),
        ([1], (1,), False),
        (decimal.Decimal("sNaN"), 1, False),
        ({decimal.Decimal("1.0")}, {fractions.Fraction(1)}, True),
        (Number.ONE, 1, True),
        (Word.B, "b", True),
        (Plain.A, 1, False),
        (Plain.B, Plain.B, True),
        (Left(1), Right(1), False),
        (Pair(1, 2), (1, 2), True),
        (object(), object(), None),
        ([object(), 1], [object(), 2], False),
        ([object()], [object()], None),
        ([object()], [], False),
        ({"a": object()}, {"b": 1}, False),
        ({object()}, {1}, None),
    ],
)
def test_particular_values(a: object, b: object, same: bool | None) -> None:
    assert same_value(encode(a), encode(b)) is same
    assert same_value(encode(b), encode(a)) is same


@pytest.mark.parametrize(
    "value",
    [
        None,
        [],
        "int",
        ["int"],
        ["int", 1],
        ["int", "x"],
        ["bool", 1],
        ["list", "ab"],
        ["dict", [["int", "1"]]],
        ["set", [1]],
        ["enum", "E", "A", ["int", "1"]],
        ["nothing", 1],
        ["decimal", "x"],
        ["path", "amiga", "x"],
        [["list"], []],
        {"int": "1"},
    ],
)
def test_refuses_what_is_no_encoding(value: object) -> None:
    assert not is_encoded(value)
    with pytest.raises(ValueError, match="not an encoded value"):
        same_value(value, ["none"])


def test_refuses_what_is_nested_without_end() -> None:
    value: list[object] = ["none"]
    for _ in range(100_000):
        value = ["list", [value]]
    assert not is_encoded(value)
    while value[0] == "list":  # taken apart, or its end would be a recursion
        value = value[1][0]  # type: ignore[index]
