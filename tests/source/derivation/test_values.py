import ast

import pytest

from autovet.source.derivation.kinds import Kind, optional
from autovet.source.derivation.values import values_of

KINDS = (
    Kind("int"),
    Kind("int", low=5, high=6),
    Kind("int", high=-1),
    Kind("float", low=0.0, high=1.0),
    Kind("str", min_size=1),
    Kind("bytes"),
    Kind("list", (Kind("int"),), min_size=2),
    Kind("list", (Kind("int"),), order="sorted"),
    Kind("list", (Kind("int", low=1),), order="distinct"),
    Kind("list", (Kind("list", (Kind("int"),)),)),
    Kind("tuple", (Kind("int"), Kind("str")), fixed=True),
    Kind("set", (Kind("str"),)),
    Kind("dict", (Kind("str"), Kind("int"))),
    optional(Kind("int")),
)


@pytest.mark.parametrize("kind", KINDS, ids=str)
def test_values_are_of_their_kind_and_the_same_every_time(kind: Kind) -> None:
    found = values_of(kind, "seed")
    assert found == values_of(kind, "seed")
    assert found[0].tag == "ordinary"
    for value in found:
        made = set() if value.text == "set()" else ast.literal_eval(value.text)
        if kind.low is not None and kind.name in {"int", "float"}:
            assert made >= kind.low
        if kind.high is not None:
            assert made <= kind.high
        if kind.parts and kind.name != "union":
            assert len(made) >= kind.min_size
        if kind.order == "sorted":
            assert made == sorted(made)
        if kind.order == "distinct":
            assert len(made) == len(set(made))
            assert all(number >= 1 for number in made)


def test_edges_are_told_apart() -> None:
    tags = {v.text: v.tag for v in values_of(optional(Kind("list", (Kind("int"),))))}
    assert tags["[]"] == "empty"
    assert tags["[3]"] == tags["[3, 3, 3]"] == tags["[0, 0]"] == "edge"
    assert tags["[-4, -1, -2]"] == "negative"
    assert tags["None"] == "none"
