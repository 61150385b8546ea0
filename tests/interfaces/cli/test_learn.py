"""Learning at the command line, by real processes on a real repository."""

import json
import os
import subprocess
import sys

import pytest

VERSIONS = tuple(
    f"{imports}\n\ndef f(items):\n    if items {how} None:\n        return {number}\n    return items\n"
    for imports, how, number in (
        ("import os\nimport sys\n", "==", 1),
        ("import sys\n", "==", 1),
        ("import sys\n", "is", 1),
        ("import sys\n", "is", 2),
    )
)


@pytest.fixture
def run(tmp_path):
    folder = tmp_path / "work"
    folder.mkdir()
    url = f"sqlite+aiosqlite:///{tmp_path}/a.db"
    environment = {**os.environ, "AUTOVET_STORE_URL": url}

    def call(*arguments):
        return subprocess.run(
            [sys.executable, "-m", "autovet", *arguments], cwd=folder, env=environment,
            capture_output=True, text=True, timeout=60, check=False,
        )  # fmt: skip

    call.folder = folder
    return call


def git(folder, *arguments):
    subprocess.run(
        ["git", "-c", "user.name=Ann", "-c", "user.email=a@example.org", *arguments],
        cwd=folder, check=True, capture_output=True,
    )  # fmt: skip


def test_history_teaches_and_what_it_taught_can_be_read(run):
    git(run.folder, "init", "--quiet")
    for text in VERSIONS:
        (run.folder / "m.py").write_text(text)
        git(run.folder, "add", "-A")
        git(run.folder, "commit", "--quiet", "-m", "step")
    done = run("learn", "--git", ".")
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("4 versions of files judged; outcomes: 1 left, ")
    exported = run.folder / "learned.json"
    assert run("learn", "--export", str(exported)).returncode == 0
    assert json.loads(exported.read_text())["ranking"]["learned"] >= 2


def test_a_dismissal_can_be_explained_and_undone(run):
    (run.folder / "m.py").write_text(VERSIONS[2])
    report = json.loads(run("check", "m.py", "--format", "json").stdout)
    (found,) = [
        f for f in report["files"]["m.py"]["code_quality"]["findings"]
        if f["rule"] == "unused-import"
    ]  # fmt: skip
    said = run("feedback", found["id"], "not-useful", "--why", "our style", "--days", "30")
    assert said.returncode == 0, said.stderr
    (run.folder / "m.py").write_text("# moved\n\n" + VERSIONS[3])
    assert "unused-import" not in run("check", "m.py").stdout
    explained = run("learn", "--explain", "unused-import").stdout
    assert "our style" in explained
    (rule,) = json.loads(run("rules", "--learned", "--json").stdout)
    assert run("learn", "--revert", rule["id"]).stdout.endswith("dismiss is reverted\n")


def test_wrong_calls_are_told_apart(run):
    assert run("learn", "--versions", "--advice").returncode == 2
    missing = run("learn", "--git", ".")
    assert missing.returncode == 2
    assert "no git repository" in missing.stderr
