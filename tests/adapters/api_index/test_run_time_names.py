"""Names that a library makes at run time are spelled somewhere in it; invented ones are not."""

import zlib
from pathlib import Path

import pytest

from autovet.adapters.api_index.api_index import ApiIndex
from autovet.adapters.api_index.lookup import Presence
from autovet.adapters.api_index.places import Place
from autovet.adapters.api_index.recording import record_of

LIBRARY = {
    "mill/__init__.py": (
        "from ._grind import *\n\n__all__ = ['turn', 'stop']\n"
        "for _name in __all__:\n    globals()[_name].module = 'mill'\n"
    ),
    "mill/_grind.py": "def turn(): ...\n\n\ndef stop(): ...\n",
    "mill/parts.py": "from ._stones import *\n",
    "mill/kinds.py": (
        "TABLE = 'BedStoneFormat1 RunnerStoneFormat2'\n\n\n"
        "def _fill():\n    namespace = globals()\n"
        "    for name in TABLE.split():\n        namespace[name[:-7]] = type(name, (), {})\n\n\n"
        "_fill()\n"
    ),
    "mill/late.py": "def open_door():\n    global Door\n    from mill._grind import turn as Door\n",
    "mill/handed.py": "import copier\n\n__all__ = copier.clone('sqlite3', globals())\n",
    "mill/lazy.py": "import tools\n\n__getattr__ = tools.lazy(__name__)\n",
    "mill/model.py": (
        "class Settable:\n"
        "    def change(self, **values):\n"
        "        for key, value in values.items():\n            setattr(self, key, value)\n\n\n"
        "class Careful:\n"
        "    def change(self, **values):\n"
        "        for key, value in values.items():\n"
        "            if key not in self.known:\n                raise ValueError(key)\n"
        "            setattr(self, key, value)\n\n\n"
        "class Built:\n"
        "    def __init__(self, **values):\n        self.change(**values)\n\n"
        "    def change(self, **values):\n"
        "        for key, value in values.items():\n            setattr(self, key, value)\n\n\n"
        "class Codes:\n    pass\n\n\n"
        "CODES = Codes()\n"
        "for number, code in enumerate('A B'.split()):\n    setattr(CODES, code, number)\n\n\n"
        "class Wheel:\n    def roll(self): ...\n\n\n"
        "def paint(wheel=Wheel()):\n    wheel.colour = 'red'\n\n\n"
        "settable = Settable()\nsettable.change(speed=3)\n"
    ),
}
PACKED = b"__pyx_ \x7fELF " + zlib.compress(b"grindstonesmillrun" * 3) + b" end"


@pytest.fixture
def site(tmp_path: Path) -> Path:
    for name, text in LIBRARY.items():
        file = tmp_path / "site" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    (tmp_path / "site" / "mill" / "_stones.so").write_bytes(PACKED)
    return tmp_path / "site"


def member(site: Path, module: str, name: str) -> Presence:
    with ApiIndex([site], directory=site.parent / "cache").asked(20) as index:
        return index.member(module, name).presence


def attribute(site: Path, owner: str, name: str) -> Presence:
    file = site / "mill" / "model.py"
    lines = file.read_text().splitlines()
    line = lines.index(f"class {owner}:") + 1
    with ApiIndex([site], directory=site.parent / "cache").asked(20) as index:
        return index.attribute([Place(file, line)], name).presence


def test_what_no_file_spells_is_absent(site: Path) -> None:
    assert member(site, "mill", "grind_fast") is Presence.ABSENT
    assert member(site, "mill", "turn") is Presence.PRESENT
    assert member(site, "mill.parts", "grind_fast") is Presence.ABSENT


def test_strings_of_compiled_files_count_even_packed(site: Path) -> None:
    assert member(site, "mill.parts", "millrun") is Presence.UNKNOWN
    assert member(site, "mill._stones", "millrun") is Presence.UNKNOWN
    assert member(site, "mill._stones", "grind_fast") is Presence.ABSENT


def test_names_that_are_put_together_are_not_refuted(site: Path) -> None:
    assert member(site, "mill.kinds", "BedStone") is Presence.UNKNOWN
    assert member(site, "mill.kinds", "PaperStone") is Presence.ABSENT


def test_what_others_may_supply_is_unknown(site: Path) -> None:
    assert member(site, "mill.late", "Door") is Presence.PRESENT
    assert member(site, "mill.lazy", "anything_at_all") is Presence.UNKNOWN
    (site / "mill" / "_grind.py").write_text("def turn(): ...\n\n\nconnect = 1\n")
    assert member(site, "mill.handed", "connect") is Presence.UNKNOWN


def test_attributes_that_a_method_is_asked_to_set(site: Path) -> None:
    assert attribute(site, "Settable", "speed") is Presence.UNKNOWN  # somebody sets it
    assert attribute(site, "Settable", "velocity") is Presence.ABSENT
    assert attribute(site, "Careful", "velocity") is Presence.ABSENT
    assert attribute(site, "Built", "velocity") is Presence.UNKNOWN  # data makes it


def test_attributes_that_are_stored_from_outside(site: Path) -> None:
    assert attribute(site, "Codes", "A") is Presence.UNKNOWN
    assert attribute(site, "Wheel", "colour") is Presence.UNKNOWN
    assert attribute(site, "Wheel", "colours") is Presence.ABSENT


def test_only_a_store_in_the_module_patches_it(site: Path) -> None:
    other = site / "patcher.py"
    other.write_text("import mill\n\nprint('gear')\nmill.crank = 1\n")
    with ApiIndex([site], directory=site.parent / "cache").asked(20) as index:
        assert index.is_patched(other, "crank", "mill", of_module=True)
        assert not index.is_patched(other, "gear", "mill", of_module=True)
        assert index.is_patched(other, "gear", "mill", of_module=False)


def test_a_module_that_its_package_hides_behind_an_object_says_nothing(site: Path) -> None:
    assert member(site, "mill.parts", "grind_fast") is Presence.ABSENT
    (site / "mill" / "__init__.py").write_text("from .parts import parts\n")
    assert member(site, "mill.parts", "grind_fast") is Presence.UNKNOWN
    (site / "mill" / "__init__.py").write_text("from . import parts\n")
    assert member(site, "mill.parts", "grind_fast") is Presence.ABSENT


@pytest.mark.parametrize(
    ("body", "is_open"),
    [
        ("return sorted(n for n, v in space.items())", False),
        ("space['made'] = 1", True),
        ("fill(space)", True),
        ("space.update(made=1)", True),
    ],
)
def test_who_only_looks_into_a_namespace_makes_no_names(body: str, is_open: bool) -> None:
    record = record_of(f"def go(space):\n    {body}\n\n\ngo(locals())\n")
    assert record is not None
    assert record.open is is_open
