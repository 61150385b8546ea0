"""Files are recorded in a process that may die of them."""

import time
from pathlib import Path

import psutil
import pytest

from autovet.adapters.api_index.builder import Builder


def test_records_come_from_another_process_that_ends(tmp_path: Path) -> None:
    good, bad = tmp_path / "good.py", tmp_path / "bad.py"
    good.write_text("import os\n\n\nclass Till:\n    pass\n")
    bad.write_text("def (:\n")
    builder = Builder(time.monotonic() + 20)
    try:
        record = builder.build(str(good))
        assert record is not None
        assert set(record.classes) == {"Till"}
        assert builder.build(str(bad)) is None
        assert builder.build(str(tmp_path / "gone.py")) is None
        [child] = psutil.Process().children()
    finally:
        builder.close()
    assert not child.is_running()


def test_a_file_that_ends_the_process_is_unknown_and_the_next_is_recorded(tmp_path: Path) -> None:
    deep, good = tmp_path / "deep.py", tmp_path / "good.py"
    deep.write_text("x = " + "-" * 100_000 + "1\n")
    good.write_text("a = 1\n")
    builder = Builder(time.monotonic() + 20)
    try:
        assert builder.build(str(deep)) is None
        assert builder.build(str(good)) is not None
    finally:
        builder.close()


def test_after_the_deadline_nothing_is_started(tmp_path: Path) -> None:
    builder = Builder(time.monotonic() - 1)
    with pytest.raises(TimeoutError):
        builder.build(str(tmp_path / "any.py"))
    assert psutil.Process().children() == []
