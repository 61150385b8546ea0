import collections
import dataclasses
import enum
import json
from pathlib import Path
from typing import NamedTuple

import pytest

from autovet.adapters.sandbox.inside.encoding import encode


class Colour(enum.Enum):
    RED = "r"


class Bits(enum.Flag):
    A = 1
    B = 2


@dataclasses.dataclass
class Order:
    amount: float
    note: str = dataclasses.field(default="", compare=False)


class Point(NamedTuple):
    x: int
    y: int


class LyingInt(int):
    def __eq__(self, other: object) -> bool:
        return True

    __hash__ = int.__hash__


@pytest.mark.parametrize(
    ("value", "encoding"),
    [
        (None, ["none"]),
        (True, ["bool", True]),
        (7, ["int", "7"]),
        (2**64, ["int", "0x10000000000000000"]),
        (1.5, ["float", "0x1.8000000000000p+0"]),
        ("é", ["str", "é"]),
        ("\ud800", ["text", "eda080"]),
        (b"\x00\xff", ["bytes", "00ff"]),
        ((1, [None]), ["tuple", [["int", "1"], ["list", [["none"]]]]]),
        ({3, 1, 2}, ["set", [["int", "1"], ["int", "2"], ["int", "3"]]]),
        ({"a": 1}, ["dict", [[["str", "a"], ["int", "1"]]]]),
        (collections.Counter("aa"), ["dict", [[["str", "a"], ["int", "2"]]]]),
        (Path("a/b"), ["path", "posix", "a/b"]),
    ],
)
def test_encodes_by_exact_type(value: object, encoding: list[object]) -> None:
    assert encode(value) == encoding


def test_encodes_records() -> None:
    name = f"{__name__}.Order"
    assert encode(Order(1, "x")) == ["dataclass", name, [["amount", ["int", "1"]]]]
    assert encode(Point(1, 2))[2] == [["x", ["int", "1"]], ["y", ["int", "2"]]]
    assert encode(Colour.RED) == ["enum", f"{__name__}.Colour", "RED", ["str", "r"], False]
    assert encode(Bits.A | Bits.B)[3] == ["int", "3"]


def test_has_no_faith_in_subclasses() -> None:
    assert encode(LyingInt(3)) == ["opaque", f"{__name__}.LyingInt"]


def test_what_cannot_be_encoded_is_opaque() -> None:
    cyclic: list[object] = []
    cyclic.append(cyclic)
    deep: list[object] = []
    for _ in range(10_000):
        deep = [deep]
    broken = Order.__new__(Order)
    assert encode(cyclic) == ["list", [["opaque", "builtins.list"]]]
    assert "opaque" in json.dumps(encode(deep))
    for value in ([0] * 50_000, "x" * 300_000, 1 << 10_000_000, broken, len, object):
        assert encode(value)[0] == "opaque"
