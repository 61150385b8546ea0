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


def test_it_has_changed_when_a_file_was_written_came_or_went(root: Path) -> None:
    first = DiskFiles(root)
    assert dict(first.items())  # what cannot be read has been noticed
    assert not DiskFiles(root, first).has_changed_from(first)
    (root / "app" / "new.py").write_text("y = 1\n")
    second = DiskFiles(root, first)
    assert second.has_changed_from(first)
    assert second["app/new.py"] == "y = 1\n"
    (root / "app" / "a.py").write_text("x = 22\n")
    third = DiskFiles(root, second)
    assert third.has_changed_from(second)
    assert third["app/a.py"] == "x = 22\n"
    (root / "app" / "a.py").unlink()
    assert DiskFiles(root, third).has_changed_from(third)


def test_what_has_not_changed_is_not_read_again(root: Path) -> None:
    first = DiskFiles(root)
    text = first["app/a.py"]
    assert DiskFiles(root, first)["app/a.py"] is text
