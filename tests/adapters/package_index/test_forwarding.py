"""Keyword arguments are followed to the function that names them, without running anything."""

from pathlib import Path

import pytest

from autovet.adapters.package_index.forwarding import ForwardedKeywords

API = """
from .core import Wire, connect as open_wire


def send(to, **options):
    return request("send", to, **options)


def request(kind, to, **options):
    with Wire() as wire:
        options.setdefault("colour", "red")
        return wire.request(kind, to=to, **options)


def plain(a, b):
    return a


def swallow(**options):
    print(options)


def partly(**options):
    retries = options.pop("retries", 3)
    return send("x", **options)


def chosen(cls=None, **options):
    if cls is None:
        cls = Wire
    return cls(**options)
"""
CORE = """
class Base:
    def __init__(self, *, speed=1, depth=2):
        self.speed = speed


class Wire(Base):
    def __init__(self, name="w", **options):
        super().__init__(depth=3, **options)

    def request(self, kind, to, weight=None, colour=None):
        raise RuntimeError("never run")

    def again(self, **options):
        return self.request("again", **options)


connect = None
raise SystemExit("importing this would end the process")
"""


@pytest.fixture
def forwarded(tmp_path: Path) -> ForwardedKeywords:
    package = tmp_path / "parcels"
    package.mkdir()
    (package / "__init__.py").write_text(
        "from parcels.api import *\nfrom parcels.api import send\n"
    )
    (package / "api.py").write_text(API)
    (package / "core.py").write_text(CORE)
    return ForwardedKeywords([tmp_path])


@pytest.mark.parametrize(
    ("function", "accepted"),
    [
        ("parcels.send", {"to", "kind", "weight", "colour", "self"}),
        ("parcels.api.request", {"to", "kind", "weight", "colour", "self"}),
        ("parcels.api.partly", {"retries", "to", "kind", "weight", "colour", "self"}),
        ("parcels.core.Wire.again", {"to", "kind", "weight", "colour", "self"}),
        ("parcels.core.Wire", {"name", "speed", "self"}),
        ("parcels.api.chosen", {"cls", "name", "speed", "self"}),
    ],
)
def test_what_a_chain_accepts(
    forwarded: ForwardedKeywords, function: str, accepted: set[str]
) -> None:
    answer = forwarded.accepted(function)
    assert answer is not None
    assert answer.keywords == accepted | (answer.keywords & {"to"})


@pytest.mark.parametrize(
    "function",
    ["parcels.api.plain", "parcels.api.swallow", "parcels.api.nothing", "absent.send", "parcels"],
)
def test_what_cannot_be_told_is_unknown(forwarded: ForwardedKeywords, function: str) -> None:
    assert forwarded.accepted(function) is None


def test_a_given_class_changes_where_the_rest_goes(forwarded: ForwardedKeywords) -> None:
    answer = forwarded.accepted("parcels.api.chosen")
    assert answer is not None
    assert answer.unless == {"cls"}
    assert answer.by == "parcels.core.Base.__init__"
