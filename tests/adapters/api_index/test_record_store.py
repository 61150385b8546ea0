"""Records stay on disk until their file changes."""

import os
from pathlib import Path

import pytest

from autovet.adapters.api_index.record_store import RecordStore
from autovet.adapters.api_index.recording import record_of
from autovet.adapters.api_index.records import ModuleRecord


class Shop:
    def __init__(self, folder: Path) -> None:
        self.built: list[str] = []
        self.source = folder / "shop.py"
        self.source.write_text("a = 1\n")
        self.cache = folder / "cache"

    def build(self, path: str) -> ModuleRecord | None:
        self.built.append(path)
        return record_of(Path(path).read_text())

    def store(self) -> RecordStore:
        return RecordStore(self.build, lambda path: path.name == "own.py", self.cache)

    def names(self) -> set[str]:
        record = self.store().get(self.source)
        assert record is not None
        return set(record.names)


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    return Shop(tmp_path)


def test_a_file_is_recorded_once(shop: Shop) -> None:
    assert shop.names() == shop.names() == {"a"}
    assert len(shop.built) == 1


def test_a_changed_file_is_recorded_again(shop: Shop) -> None:
    shop.names()
    status = shop.source.stat()
    shop.source.write_text("b = 1\n")
    os.utime(shop.source, ns=(status.st_atime_ns, status.st_mtime_ns + 1))
    assert shop.names() == {"b"}
    assert len(shop.built) == 2


@pytest.mark.parametrize("damage", [b"", b"garbage", b"x\x9c\x03\x00\x00\x00\x00\x01"])
def test_a_damaged_entry_is_made_again(shop: Shop, damage: bytes) -> None:
    shop.names()
    [entry] = shop.cache.iterdir()
    entry.write_bytes(damage)
    assert shop.names() == {"a"}
    assert len(shop.built) == 2
    assert shop.names() == {"a"}
    assert len(shop.built) == 2


def test_files_of_the_project_are_not_kept_on_disk(shop: Shop) -> None:
    own = shop.source.with_name("own.py")
    own.write_text("c = 1\n")
    assert shop.store().get(own) is not None
    assert not shop.cache.exists()


def test_a_directory_that_cannot_be_written_costs_only_time(shop: Shop) -> None:
    shop.cache.write_text("a file where the directory should be")
    assert shop.names() == {"a"}


def test_what_is_not_built_in_time_is_unknown_and_tried_again(shop: Shop) -> None:
    def late(path: str) -> ModuleRecord | None:
        raise TimeoutError

    store = RecordStore(late, lambda path: False, shop.cache)
    assert store.get(shop.source) is None
    assert shop.names() == {"a"}
