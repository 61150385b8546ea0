"""History is read from the objects alone; what the repository configures is never obeyed."""

import os
import subprocess

import pytest

from autovet.adapters.git_history.history import GitHistory
from autovet.domain.errors import InputError


class Repository:
    def __init__(self, root):
        self.root = root
        root.mkdir()
        self.git("init", "--quiet", "--initial-branch=main")

    def git(self, *arguments):
        home = {"HOME": str(self.root), "GIT_CONFIG_NOSYSTEM": "1"}
        who = {f"GIT_{role}_{part}": value for role in ("AUTHOR", "COMMITTER")
               for part, value in (("NAME", "Ann"), ("EMAIL", "ann@example.org"))}  # fmt: skip
        subprocess.run(
            ["git", *arguments], cwd=self.root, check=True, capture_output=True,
            env={"PATH": os.environ["PATH"], **home, **who},
        )  # fmt: skip

    def commit(self, **files):
        for name, text in files.items():
            path = self.root / f"{name}.py"
            if text is None:
                path.unlink()
            else:
                path.write_text(text)
        self.git("add", "-A")
        self.git("commit", "--quiet", "-m", "step")


@pytest.fixture
def repository(tmp_path):
    made = Repository(tmp_path / "repo")
    made.commit(a="x = 1\n", b="y = 1\n")
    made.commit(a="x = 2\n")
    made.commit(b=None)
    return made


def versions(root, **more):
    with GitHistory(root, **more) as history:
        return history.versions()


def test_versions_come_oldest_first(repository):
    found = versions(repository.root)
    assert [(v.path, v.data, v.commit) for v in found] == [
        ("a.py", b"x = 1\n", 0), ("b.py", b"y = 1\n", 0), ("a.py", b"x = 2\n", 1), ("b.py", None, 2),
    ]  # fmt: skip
    assert {v.author for v in found} == {"Ann"}
    assert all(v.at > 1e9 for v in found)


def test_the_window_starts_with_all_files(repository):
    found = versions(repository.root, most_commits=2)
    assert [(v.path, v.data) for v in found] == [
        ("a.py", b"x = 2\n"), ("b.py", b"y = 1\n"), ("b.py", None),
    ]  # fmt: skip


def test_packed_refs_and_objects_are_read(repository):
    repository.git("gc", "--quiet")
    assert len(versions(repository.root)) == 4


def test_nothing_that_the_repository_configures_is_started(repository, tmp_path):
    proof = tmp_path / "started"
    program = tmp_path / "program"
    program.write_text(f"#!/bin/sh\ntouch {proof}\n")
    program.chmod(0o755)
    config = repository.root / ".git" / "config"
    config.write_text(
        config.read_text()
        + f"[core]\n\tfsmonitor = {program}\n\thooksPath = {tmp_path}\n\tpager = {program}\n"
        + f'[diff]\n\texternal = {program}\n[diff "x"]\n\ttextconv = {program}\n'
        + f'[filter "x"]\n\tsmudge = {program}\n[gpg]\n\tprogram = {program}\n'
        + "[log]\n\tshowSignature = true\n"
    )
    (repository.root / ".gitattributes").write_text("*.py diff=x filter=x\n")
    assert len(versions(repository.root)) == 4
    assert not proof.exists()


def test_links_and_large_files_are_left_out(repository):
    (repository.root / "link.py").symlink_to("/etc/passwd")
    repository.commit(big="#" * 1_100_000)
    assert {v.path for v in versions(repository.root)} == {"a.py", "b.py"}


@pytest.mark.parametrize("head", ["ref: refs/heads/none", "ref: ../../../etc/passwd", "nonsense"])
def test_an_unusable_head_is_an_error(repository, head):
    (repository.root / ".git" / "HEAD").write_text(head)
    with pytest.raises(InputError, match="HEAD names no commit"):
        GitHistory(repository.root)


def test_no_repository_is_an_error(tmp_path):
    with pytest.raises(InputError, match="no git repository"):
        GitHistory(tmp_path)
