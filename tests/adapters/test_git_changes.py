"""Against real repositories."""

import subprocess

import pytest

from autovet.adapters.git_changes import changes_since
from autovet.domain.errors import InputError


def _git(place, *arguments):
    identity = ["-c", "user.name=t", "-c", "user.email=t@example.org"]
    subprocess.run(["git", *identity, *arguments], cwd=place, check=True, capture_output=True)


@pytest.fixture
def repository(tmp_path):
    _git(tmp_path, "init", "-q", "-b", "main")
    (tmp_path / "kept.py").write_text("x = 1\n")
    (tmp_path / "old.py").write_text("a = 1\nb = 2\nc = 3\nd = 4\n")
    (tmp_path / "notes.txt").write_text("no Python\n")
    _git(tmp_path, "add", ".")
    _git(tmp_path, "commit", "-q", "-m", "first")
    return tmp_path


def test_changed_added_and_untouched_files(repository):
    (repository / "old.py").write_text("a = 1\nb = 20\nc = 3\nd = 4\ne = 5\nf = 6\n")
    (repository / "new.py").write_text("y = 1\n")
    (repository / "näher dran.py").write_text("z = 1\n")
    (repository / "notes.txt").write_text("still none\n")
    changes = changes_since("main", [repository])
    assert {path.name for path in changes} == {"old.py", "new.py", "näher dran.py"}
    old = changes[repository / "old.py"]
    assert old.previous == "a = 1\nb = 2\nc = 3\nd = 4\n"
    assert old.lines == ((2, 2), (5, 6))
    assert changes[repository / "new.py"].previous is None


def test_a_file_committed_since_is_new_and_a_deleted_one_is_gone(repository):
    (repository / "later.py").write_text("y = 1\n")
    (repository / "old.py").unlink()
    _git(repository, "add", "-A")
    _git(repository, "commit", "-q", "-m", "second")
    changes = changes_since("HEAD~1", [repository])
    assert set(changes) == {repository / "later.py"}
    assert changes[repository / "later.py"].previous is None
    assert changes[repository / "later.py"].lines == ((1, 1),)


def test_a_deletion_touches_its_neighbours(repository):
    (repository / "old.py").write_text("a = 1\nd = 4\n")
    assert changes_since("main", [repository])[repository / "old.py"].lines == ((1, 2),)


def test_only_what_was_named(repository):
    (repository / "part").mkdir()
    (repository / "part" / "in.py").write_text("y = 1\n")
    (repository / "kept.py").write_text("x = 2\n")
    assert set(changes_since("main", [repository / "part"])) == {repository / "part" / "in.py"}


@pytest.mark.parametrize("ref", ["no-such-branch", "--upload-pack=x", "-x"])
def test_a_commit_that_is_not_there_is_named(repository, ref):
    with pytest.raises(InputError, match=ref.strip("-")[:6]):
        changes_since(ref, [repository])


def test_no_repository(tmp_path):
    with pytest.raises(InputError, match="git"):
        changes_since("main", [tmp_path])


def test_nothing_of_the_repository_is_run(repository):
    trap = repository / "trap.sh"
    trap.write_text(f"#!/bin/sh\ntouch {repository}/sprung\ncat\n")
    trap.chmod(0o755)
    _git(repository, "config", "diff.external", str(trap))
    _git(repository, "config", "core.fsmonitor", str(trap))
    _git(repository, "config", "diff.evil.textconv", str(trap))
    _git(repository, "config", "diff.evil.command", str(trap))
    (repository / ".gitattributes").write_text("*.py diff=evil\n")
    (repository / "old.py").write_text("a = 2\n")
    assert changes_since("main", [repository])
    assert not (repository / "sprung").exists()
