"""Whether a library has a name, read from its files."""

from pathlib import Path

import pytest

from autovet.adapters.api_index.api_index import ApiIndex, Judgement
from autovet.adapters.api_index.lookup import Presence
from autovet.adapters.api_index.places import Place

LIBRARY = {
    "shop/__init__.py": (
        "from .cart import Cart, Till\nfrom .tools import *\n\n\n"
        "def __getattr__(name):\n    if name == 'OldCart':\n        return Cart\n"
        "    raise AttributeError(name)\n"
    ),
    "shop/cart.py": (
        "import shop.base\nfrom shop.base import Thing\n\n\n"
        "class Cart(Thing):\n"
        "    def __getattr__(self, name):\n"
        "        if name in self.rows:\n            return self[name]\n"
        "        return object.__getattribute__(self, name)\n\n"
        "    def add(self, item, *, count=1):\n        self.items = [item]\n\n\n"
        "class BigCart(Cart):\n    def lift(self):\n        pass\n\n\n"
        "class Wheels:\n    def roll(self):\n        pass\n\n\n"
        "class Trolley(Wheels, Cart):\n    pass\n\n\n"
        "class Till(shop.base.Thing, Unknown):\n    pass\n\n\n"
        "class Open:\n    def __init__(self, **k):\n        self.__dict__.update(k)\n"
    ),
    "shop/base.py": "class Thing:\n    def weigh(self):\n        pass\n",
    "shop/tools.py": "def hammer(*, size=1, **rest): ...\n\n\ndef saw(blade, *, teeth=3): ...\n",
    "shop/made.py": "for name in 'ab':\n    globals()[name] = 1\n",
    "shop/extra.pyi": "def cut(wood): ...\n",
    "shop/extra.py": "from _c_extra import *\n\n\ndef cut(wood, deep=1): ...\n",
}


@pytest.fixture
def site(tmp_path: Path) -> Path:
    for name, text in LIBRARY.items():
        file = tmp_path / "site" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    return tmp_path / "site"


def place(site: Path, file: str, start: str) -> Place:
    path = site / file
    lines = path.read_text().splitlines()
    return Place(path, next(n for n, line in enumerate(lines, 1) if line.startswith(start)))


def attribute(site: Path, name: str, *classes: str) -> Judgement:
    places = [place(site, "shop/cart.py", f"class {c}") for c in classes]
    with ApiIndex([site], directory=site.parent / "cache").asked(20) as index:
        return index.attribute(places, name)


@pytest.mark.parametrize("name", ["add", "items", "weigh", "__class__"])
def test_members_are_found_in_the_class_and_its_bases(site: Path, name: str) -> None:
    assert attribute(site, name, "Cart").presence is Presence.PRESENT


def test_what_no_base_has_is_absent_and_the_nearest_name_is_known(site: Path) -> None:
    found = attribute(site, "wiegh", "Cart")
    assert found.presence is Presence.ABSENT
    assert (found.complete, found.dynamic, found.in_items) == (True, True, True)
    assert found.near[0][0] == "weigh"
    assert found.owner == (site / "shop/cart.py", "Cart")


def test_a_subclass_may_be_meant(site: Path) -> None:
    assert attribute(site, "lift", "Cart").presence is Presence.UNKNOWN
    assert attribute(site, "lift", "BigCart").presence is Presence.PRESENT
    assert attribute(site, "roll", "Cart").presence is Presence.UNKNOWN
    assert attribute(site, "roll", "BigCart").presence is Presence.ABSENT


def test_an_unknown_base_and_attributes_that_callers_name_are_said(site: Path) -> None:
    assert not attribute(site, "ring", "Till").complete
    assert attribute(site, "ring", "Open").presence is Presence.UNKNOWN


def test_of_several_classes_all_have_to_lack_it(site: Path) -> None:
    assert attribute(site, "add", "Cart", "Till").presence is Presence.PRESENT
    assert attribute(site, "adds", "Cart", "Till").presence is Presence.ABSENT


def test_a_place_where_no_class_stands_is_unknown(site: Path) -> None:
    with ApiIndex([site], directory=site.parent / "cache").asked(20) as index:
        found = index.attribute([Place(site / "shop/cart.py", 1)], "add")
    assert found.presence is Presence.UNKNOWN


@pytest.mark.parametrize(
    ("module", "name", "presence"),
    [
        ("shop", "Cart", Presence.PRESENT),
        ("shop", "hammer", Presence.PRESENT),
        ("shop", "cart", Presence.PRESENT),
        ("shop", "OldCart", Presence.UNKNOWN),
        ("shop", "NewCart", Presence.ABSENT),
        ("shop.made", "a", Presence.UNKNOWN),
        ("shop.extra", "cut", Presence.PRESENT),
        ("shop.extra", "sow", Presence.ABSENT),
        ("nowhere", "a", Presence.UNKNOWN),
    ],
)
def test_members_of_modules(site: Path, module: str, name: str, presence: Presence) -> None:
    with ApiIndex([site], directory=site.parent / "cache").asked(20) as index:
        assert index.member(module, name).presence is presence


def test_keywords_of_a_function(site: Path) -> None:
    saw = place(site, "shop/tools.py", "def saw")
    hammer = place(site, "shop/tools.py", "def hammer")
    add = place(site, "shop/cart.py", "    def add")
    with ApiIndex([site], directory=site.parent / "cache").asked(20) as index:
        assert index.keyword([saw], "teeth").presence is Presence.PRESENT
        found = index.keyword([saw], "teth")
        assert (found.presence, found.signature) == (Presence.ABSENT, "blade, *, teeth=3")
        assert found.near[0][0] == "teeth"
        assert index.keyword([hammer], "colour").presence is Presence.UNKNOWN
        assert index.keyword([add], "count").presence is Presence.PRESENT
        assert index.keyword([place(site, "shop/extra.pyi", "def cut")], "deep").presence is (
            Presence.PRESENT
        )


def test_nothing_is_executed(site: Path) -> None:
    mark = site.parent / "ran"
    (site / "evil.py").write_text(f"open({str(mark)!r}, 'w')\na = 1\n")
    with ApiIndex([site], directory=site.parent / "cache").asked(20) as index:
        assert index.member("evil", "b").presence is Presence.ABSENT
    assert not mark.exists()


def test_directories_are_looked_into_in_order(site: Path, tmp_path: Path) -> None:
    first = tmp_path / "unpacked"
    (first / "shop").mkdir(parents=True)
    (first / "shop/__init__.py").write_text("newest = 1\n")
    with ApiIndex([first, site], directory=tmp_path / "cache").asked(20) as index:
        assert index.member("shop", "newest").presence is Presence.PRESENT
        assert index.member("shop", "Cart").presence is Presence.ABSENT
