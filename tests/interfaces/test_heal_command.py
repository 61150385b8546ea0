"""Writing healed files: whole, in place, as they were in everything else."""

import hashlib
import os
from pathlib import Path

import pytest

from autovet.interfaces.cli.heal import _changed_meanwhile, write_atomically


def test_mode_encoding_and_line_endings_are_kept(tmp_path: Path) -> None:
    file = tmp_path / "m.py"
    file.write_bytes("# -*- coding: latin-1 -*-\r\nx = 'é'\r\n".encode("latin-1"))
    file.chmod(0o750)
    write_atomically(file, "# -*- coding: latin-1 -*-\r\nx = 'è'\r\n")
    assert file.read_bytes() == "# -*- coding: latin-1 -*-\r\nx = 'è'\r\n".encode("latin-1")
    assert file.stat().st_mode & 0o777 == 0o750
    assert [p.name for p in tmp_path.iterdir()] == ["m.py"]


def test_a_byte_order_mark_stays(tmp_path: Path) -> None:
    file = tmp_path / "m.py"
    file.write_bytes(b"\xef\xbb\xbfx = 1\n")
    write_atomically(file, "x = 2\n")
    assert file.read_bytes() == b"\xef\xbb\xbfx = 2\n"


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    real, link = tmp_path / "real.py", tmp_path / "link.py"
    real.write_text("x = 1\n")
    link.symlink_to(real)
    write_atomically(link, "x = 2\n")
    assert link.is_symlink()
    assert real.read_text() == "x = 2\n"


def test_nothing_is_left_behind_where_writing_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "m.py"
    file.write_text("x = 1\n")

    def fail(descriptor: int) -> None:
        raise OSError(28, "no space left")

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(OSError, match="no space"):
        write_atomically(file, "x = 2\n")
    assert file.read_text() == "x = 1\n"
    assert len(list(tmp_path.iterdir())) == 1


def test_a_file_that_changed_meanwhile_is_noticed(tmp_path: Path) -> None:
    file = tmp_path / "m.py"
    file.write_text("x = 1\n")
    result = {"meta": {"source_sha256": hashlib.sha256(b"x = 1\n").hexdigest()}}
    assert not _changed_meanwhile(file, result)
    file.write_text("x = 3\n")
    assert _changed_meanwhile(file, result)
