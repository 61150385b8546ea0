import lzma
from pathlib import Path

import pytest

from autovet.adapters.package_index.build import build
from autovet.adapters.package_index.card import CARD_FILE
from autovet.adapters.package_index.names import INDEX_FILE, PublishedNames, newest_sound
from autovet.adapters.package_index.updating import replace_index, table_lines
from autovet.domain.errors import KnowledgeError

OLD = ["alpha\t2025-01\t2\n", "beta\t2025-02\t1\n", "gamma\t2024-01\t\n"]


@pytest.fixture
def known(tmp_path: Path) -> PublishedNames:
    build(OLD, tmp_path / "shipped")
    return PublishedNames(tmp_path / "shipped")


def test_names_without_ranks_keep_the_ranks_that_are_known(
    known: PublishedNames, tmp_path: Path
) -> None:
    target = tmp_path / "own" / "names"
    card = replace_index(["Alpha", "beta", "brand.new"], target, known, "2025-06-01")
    assert (card.date, card.names) == ("2025-06-01", 3)
    fresh = PublishedNames(target)
    assert "brand-new" in fresh
    assert "gamma" not in fresh
    assert list(fresh.popular) == ["beta", "alpha"]


def test_a_table_with_ranks_brings_its_own(known: PublishedNames, tmp_path: Path) -> None:
    table = tmp_path / "names.tsv.xz"
    table.write_bytes(lzma.compress(b"alpha\t2025-03\t1\nbeta\t2025-01\t\ndelta\t2025-05\t2\n"))
    card = replace_index(table_lines(table), tmp_path / "names", known)
    assert card.date == "2025-05"
    assert list(PublishedNames(tmp_path / "names").popular) == ["alpha", "delta"]


@pytest.mark.parametrize(
    ("lines", "complaint"),
    [
        (["alpha\n", "other\n"], "lacks 1 of the 2"),
        ([], "lacks 2 of the 2"),
        (["<!DOCTYPE html>\n"], "line 1 is no name"),
        (["alpha\t2025-01\tfirst\n"], "no number"),
    ],
)
def test_what_is_no_complete_list_leaves_everything_as_it_was(
    known: PublishedNames, tmp_path: Path, lines: list[str], complaint: str
) -> None:
    target = tmp_path / "names"
    replace_index(["alpha", "beta", "first"], target, known, "2025-06")
    with pytest.raises(KnowledgeError, match=complaint):
        replace_index(lines, target, known)
    assert "first" in PublishedNames(target)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["names", "shipped"]


@pytest.mark.parametrize("damage", ["missing", "no xz", "not text"])
def test_a_table_that_cannot_be_read_says_so(tmp_path: Path, damage: str) -> None:
    table = tmp_path / ("names.tsv" if damage == "not text" else "names.tsv.xz")
    if damage != "missing":
        table.write_bytes(b"\xff\xfe\xff")
    with pytest.raises(KnowledgeError, match="cannot be read"):
        list(table_lines(table))


@pytest.mark.parametrize("damage", ["one bit", "truncated", "no card", "odd card"])
def test_a_damaged_index_is_never_used(known: PublishedNames, tmp_path: Path, damage: str) -> None:
    own, shipped = tmp_path / "own", tmp_path / "shipped"
    build([*OLD, "new\t2026-01\t\n"], own)
    assert newest_sound(shipped, own) == own
    file = own / INDEX_FILE
    data = file.read_bytes()
    match damage:
        case "one bit":
            file.write_bytes(data[:-9] + bytes([data[-9] ^ 1]) + data[-8:])
        case "truncated":
            file.write_bytes(data[:-1])
        case "no card":
            (own / CARD_FILE).unlink()
        case "odd card":
            (own / CARD_FILE).write_text('{"date": 1}')
    assert newest_sound(shipped, own) == shipped
    assert PublishedNames(own).known is False


def test_an_older_index_gives_way_to_the_shipped_one(known: PublishedNames, tmp_path: Path) -> None:
    build(["alpha\t2020-01\t1\n"], tmp_path / "own")
    assert newest_sound(tmp_path / "shipped", tmp_path / "own") == tmp_path / "shipped"
    assert newest_sound(tmp_path / "absent", tmp_path / "own") == tmp_path / "own"
