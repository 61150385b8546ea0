"""``autovet check --diff``, as a person uses it."""

import json
import os
import subprocess
import sys

OLD = "import subprocess\n\n\ndef run(command):\n    return subprocess.run(command, shell=True)\n"
ADDED = '\n\ndef load(text):\n    """Load it."""\n    return eval(text)\n'


def _git(place, *arguments):
    identity = ["-c", "user.name=t", "-c", "user.email=t@example.org"]
    subprocess.run(["git", *identity, *arguments], cwd=place, check=True, capture_output=True)


def _check(place, *arguments):
    environment = os.environ | {"AUTOVET_STORE_URL": f"sqlite:///{place}/.store.db"}
    return subprocess.run(
        [sys.executable, "-m", "autovet", "check", "--format", "json", *arguments, "."],
        cwd=place,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


def test_only_what_changed_is_reported(tmp_path):
    _git(tmp_path, "init", "-q", "-b", "main")
    (tmp_path / "kept.py").write_text(OLD)
    (tmp_path / "changed.py").write_text(OLD)
    _git(tmp_path, "add", ".")
    _git(tmp_path, "commit", "-q", "-m", "first")
    (tmp_path / "changed.py").write_text(OLD + ADDED)
    now = json.loads(_check(tmp_path).stdout)["files"]
    assert len(now) == 2
    before = {f["line"] for f in now["changed.py"]["security"]["findings"]}
    assert 5 in before
    done = _check(tmp_path, "--diff", "main")
    (result,) = json.loads(done.stdout)["files"].values()
    lines = {f["line"] for f in result["security"]["findings"]}
    assert lines
    assert min(lines) > 5
    assert result["meta"]["elsewhere"] > 0
    wrong = _check(tmp_path, "--diff", "nowhere")
    assert wrong.returncode == 2
    assert "nowhere" in wrong.stderr
