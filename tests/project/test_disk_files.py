"""The files of a project on disk, read when they are asked for."""

from pathlib import Path

import pytest

from autovet.project.disk_files import DiskFiles


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "app").mkdir()
    (tmp_path / "app" / "a.py").write_text("x = 1\n")
    (tmp_path / "odd.py").write_bytes(b"x = '\xff'\n")
    (tmp_path / "link.py").symlink_to("/etc/hostname")
    (tmp_path / ".hidden").mkdir()
    (tmp_path / ".hidden" / "b.py").write_text("y = 2\n")
    (tmp_path / "data.bin").write_bytes(b"\0")
    return tmp_path


def test_only_readable_text_is_there(root: Path) -> None:
    files = DiskFiles(root)
    assert dict(files.items()) == {"app/a.py": "x = 1\n"}
    assert files["app/a.py"] == "x = 1\n"
    for absent in ("odd.py", "link.py", ".hidden/b.py", "data.bin", "nothing.py"):
        assert files.get(absent) is None


def test_a_text_is_read_once(root: Path) -> None:
    files = DiskFiles(root)
    assert files["app/a.py"] == "x = 1\n"
    (root / "app" / "a.py").write_text("x = 2\n")
    assert files["app/a.py"] == "x = 1\n"
    assert DiskFiles(root)["app/a.py"] == "x = 2\n"
