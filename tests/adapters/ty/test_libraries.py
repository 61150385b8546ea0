"""What installed libraries define decides where ty says nothing or errs."""

import asyncio
import venv
from pathlib import Path

import pytest

from autovet.adapters.ty.ty_analyzer import TyAnalyzer
from autovet.domain.document import Document
from autovet.domain.finding import Finding
from autovet.domain.severity import Severity

LIBRARY = {
    "tables-1.2.dist-info/METADATA": "Name: tables\nVersion: 1.2\n",
    "tables-1.2.dist-info/RECORD": "tables/__init__.py,,\n",
    "tables/__init__.py": (
        "from typing import overload\n"
        "from .frame import Frame, Base, read\n\n\n"
        "@overload\ndef make(shape: int, *, order: str = 'C') -> int: ...\n"
        "@overload\ndef make(shape: str, *, order: str = 'C') -> str: ...\n"
        "def make(shape, *, order='C', hidden=None):\n    return shape\n\n\n"
        "def __getattr__(name: str) -> object:\n"
        "    if name == 'OldFrame':\n        return Frame\n"
        "    raise AttributeError(name)\n"
    ),
    "tables/frame.py": (
        "class Base:\n    def head(self, count=5):\n        return self\n\n\n"
        "class Wide(Base):\n    def widen(self):\n        return self\n\n\n"
        "class Frame(Base):\n"
        "    def __init__(self, data=None, columns=None):\n        self.data = data\n\n"
        "    def __getitem__(self, key):\n        return key\n\n"
        "    def __getattr__(self, name):\n"
        "        if name in self.data:\n            return self[name]\n"
        "        raise AttributeError(name)\n\n"
        "    def group_rows(self, by):\n        return self\n\n\n"
        "def read(path) -> Frame:\n    return Frame()\n\n\n"
        "def base() -> Base:\n    return Wide()\n"
    ),
    "patcher/__init__.py": (
        "import tables\n\n\ndef summary(self): ...\n\n\ntables.Frame.summary_of = summary\n"
    ),
}
NEW = "import tables\n\nframe = tables.Frame({'a': [1]})\n"


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = tmp_path_factory.mktemp("environment")
    venv.create(folder, with_pip=False, symlinks=True)
    [site] = folder.glob("lib/python3*/site-packages")
    for name, text in LIBRARY.items():
        (site / name).parent.mkdir(exist_ok=True)
        (site / name).write_text(text)
    return str(folder)


@pytest.fixture(autouse=True)
def _own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))


def errors(environment: str, *texts: str) -> list[list[Finding]]:
    async def main() -> list[list[Finding]]:
        analyzer = TyAnalyzer()
        try:
            asked = [Document("x.py", text, environment=environment) for text in texts]
            found = await asyncio.gather(*(analyzer.analyze(one, 30) for one in asked))
        finally:
            await analyzer.aclose()
        return [[f for f in one if f.severity is Severity.ERROR] for one in found]

    return asyncio.run(main())


def test_what_a_getattr_cannot_supply_is_an_error(environment: str) -> None:
    called, read, imported, member = errors(
        environment,
        f"{NEW}frame.grouprows('a')\n",
        f"{NEW}print(frame.rating)\n",
        "from tables import NewFrame\n",
        "import tables\n\ntables.NewFrame\n",
    )
    [found] = called
    assert (found.rule, found.span.line) == ("nonexistent-attribute", 4)
    assert found.evidence["resolved"] == {
        "distribution": "tables", "version": "1.2", "file": "tables/frame.py", "owner": "Frame",
    }  # fmt: skip
    assert found.evidence["nearest"][0] == "group_rows"
    assert found.fix is not None
    [edit] = found.fix.edits
    assert (edit.text, edit.span.column, edit.span.end_column) == ("group_rows", 7, 16)
    assert [f.rule for f in read] == ["nonexistent-attribute"]
    assert [f.rule for f in imported] == ["nonexistent-member"]
    assert [f.rule for f in member] == ["nonexistent-attribute"]


def test_what_it_could_supply_is_not(environment: str) -> None:
    texts = (
        f"{NEW}frame.head()\nframe.data\nframe.a\n",
        "import tables\n\nprint(tables.read('x').rating)\n",
        "from tables import OldFrame\n",
        "import patcher\nimport tables\n\ntables.read('x').summary_of()\n",
        "import nowhere_at_hand\nimport tables\n\ntables.read('x').whatever()\n",
        f"{NEW}tables.Frame.extra = 1\nframe.extra()\n",
    )
    found = errors(environment, *texts)
    assert [[f.rule for f in one if f.rule != "nonexistent-module"] for one in found] == [[]] * 6


def test_a_subclass_may_be_meant(environment: str) -> None:
    there, nowhere = errors(
        environment,
        "from tables.frame import base\n\nbase().widen()\n",
        "from tables.frame import base\n\nbase().heads()\n",
    )
    assert there == []
    [found] = nowhere
    assert found.evidence["nearest"] == ["head"]


def test_a_keyword_that_no_overload_has_is_named(environment: str) -> None:
    wrong, hidden, right = errors(
        environment,
        "import tables\n\ntables.make(1, ordr='C')\n",
        "import tables\n\ntables.make(1, hidden=1)\n",
        "import tables\n\ntables.make(1, order='C')\n",
    )
    [found] = wrong
    assert (found.rule, found.span.column) == ("unknown-argument", 16)
    assert found.evidence["signature"].startswith("(shape")
    assert found.fix is not None
    assert found.fix.edits[0].text == "order"
    assert hidden == right == []


def test_characters_outside_ascii_move_nothing(environment: str) -> None:
    [[found]] = errors(environment, f"{NEW}print('😀', frame.grouprows('ä'))\n")
    assert (found.span.column, found.span.end_column) == (12, 27)
