"""The command as a user runs it: real processes, exit codes, clear errors."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

FAULTY = "import os\n\n\ndef f(items=[]):\n    return items\n"
BROKEN = "def f(:\n    pass\n"
UNDEFINED = "def f():\n    return undefined_thing\n"


@pytest.fixture
def run(tmp_path: Path):  # type: ignore[no-untyped-def]  # the type is that of the inner function
    """Run the command in a directory of its own, with a store of its own."""
    folder = tmp_path / "work"
    folder.mkdir()
    environment = {**os.environ, "AUTOVET_STORE_URL": f"sqlite+aiosqlite:///{tmp_path}/a.db"}

    def call(*arguments: str, stdin: str = "", **more: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "autovet", *arguments],
            cwd=folder, env={**environment, **more}, input=stdin, capture_output=True, text=True,
            timeout=60, check=False,
        )  # fmt: skip

    call.folder = folder  # type: ignore[attr-defined]  # the tests write their files there
    return call


def test_version_is_quick(run) -> None:
    run("--version")
    times = []
    for _ in range(5):
        start = time.perf_counter()
        done = run("--version")
        times.append(time.perf_counter() - start)
        assert done.stdout.startswith("autovet ")
    assert min(times) < 0.2


def test_exit_codes_follow_the_verdict(run) -> None:
    (run.folder / "sound.py").write_text('"""Nothing."""\n')
    (run.folder / "wrong.py").write_text(UNDEFINED)
    (run.folder / "odd.py").write_bytes(b"x = '\xff'\n")
    assert run("check", "sound.py").returncode == 0
    assert run("check", "wrong.py").returncode == 1
    assert run("check", "odd.py").returncode == 2
    assert run("check", ".").returncode == 1
    (run.folder / "warned.py").write_text(FAULTY)
    assert run("check", "warned.py").returncode == 0
    assert run("check", "warned.py", "--fail-on", "warning").returncode == 1


def test_text_shows_the_line_and_the_way_out(run) -> None:
    (run.folder / "warned.py").write_text(FAULTY)
    shown = run("check", "warned.py").stdout
    assert "unused-import" in shown
    assert "import os" in shown
    assert "^^" in shown
    assert "1 file" in shown
    assert "\x1b[" not in shown


def test_json_is_the_result_by_file(run) -> None:
    (run.folder / "warned.py").write_text(FAULTY)
    report = json.loads(run("check", "warned.py", "--format", "json").stdout)
    (result,) = report["files"].values()
    assert result["verdict"] == "pass"
    assert report["summary"]["findings"]["warning"] >= 2
    assert {"autonomous_learning", "autonomous_healing", "meta"} <= set(result)


def test_sarif_names_rules_and_places(run) -> None:
    (run.folder / "warned.py").write_text(FAULTY)
    sarif = json.loads(run("check", "warned.py", "--format", "sarif").stdout)
    (told,) = sarif["runs"]
    assert sarif["version"] == "2.1.0"
    rules = {rule["id"] for rule in told["tool"]["driver"]["rules"]}
    results = {r["ruleId"]: r for r in told["results"]}
    assert rules == set(results) >= {"unused-import", "mutable-default"}
    region = results["unused-import"]["locations"][0]["physicalLocation"]["region"]
    assert region["startLine"] == 1
    assert results["unused-import"]["partialFingerprints"]["autovet/v1"]


def test_github_and_junit(run) -> None:
    (run.folder / "warned.py").write_text(FAULTY)
    github = run("check", "warned.py", "--format", "github").stdout
    assert "::warning file=warned.py,line=1" in github
    (run.folder / "wrong.py").write_text(UNDEFINED)
    junit = ET.fromstring(run("check", "wrong.py", "--format", "junit").stdout)
    assert junit[0].get("tests") == "11"
    assert int(junit[0].get("failures", "0")) >= 1


def test_standard_input_and_context(run) -> None:
    (run.folder / "context.toml").write_text('fail_on = "warning"\n')
    done = run("check", "-", "--context", "context.toml", stdin=FAULTY)
    assert done.returncode == 1
    broken = run("check", "-", stdin=BROKEN)
    assert broken.returncode == 1
    assert "syntax-error" in broken.stdout


def test_select_ignore_and_statistics(run) -> None:
    (run.folder / "warned.py").write_text(FAULTY)
    only = run("check", "warned.py", "--select", "unused-import", "--statistics").stdout
    assert "mutable-default" not in only
    assert "1  warning  unused-import" in only
    without = run("check", "warned.py", "--ignore", "code_quality").stdout
    assert "unused-import" not in without


def test_heal_shows_the_difference_and_writes_it_whole(run) -> None:
    file = run.folder / "warned.py"
    file.write_bytes(FAULTY.replace("\n", "\r\n").encode())
    file.chmod(0o640)
    shown = run("heal", "warned.py")
    assert "-import os" in shown.stdout
    assert file.read_bytes().startswith(b"import os")
    run("heal", "--write", "warned.py")
    healed = file.read_bytes()
    assert b"import os" not in healed
    assert healed.count(b"\r\n") == healed.count(b"\n") > 0
    assert file.stat().st_mode & 0o777 == 0o640
    assert [p.name for p in run.folder.iterdir()] == ["warned.py"]


def test_explain_and_rules(run) -> None:
    assert "event loop" in run("explain", "blocking-call-in-async").stdout
    assert "unused-import" in run("explain", "F401").stdout
    wrong = run("explain", "blocking-cal-in-async")
    assert wrong.returncode == 2
    assert "blocking-call-in-async" in wrong.stderr
    listed = json.loads(run("rules", "--json").stdout)
    assert {"id", "category", "severity"} <= set(listed[0])
    assert len({rule["category"] for rule in listed}) == 11


def test_feedback_dismisses(run) -> None:
    (run.folder / "warned.py").write_text(FAULTY)
    report = json.loads(run("check", "warned.py", "--format", "json").stdout)
    (result,) = report["files"].values()
    finding = result["code_quality"]["findings"][0]
    done = run("feedback", finding["id"], "not-useful", "--why", "re-exported")
    assert done.returncode == 0
    assert "stays dismissed" in done.stdout
    again = json.loads(run("check", "warned.py", "--format", "json").stdout)
    (result,) = again["files"].values()
    assert finding["id"] not in {f["id"] for f in result["code_quality"]["findings"]}
    unknown = run("feedback", "ffffffffffff", "useful")
    assert unknown.returncode == 2
    assert "ffffffffffff" in unknown.stderr


def test_status_and_doctor(run) -> None:
    status = json.loads(run("status", "--json").stdout)
    assert status["monitoring_engine"]
    doctor = run("doctor")
    assert "ruff" in doctor.stdout
    assert "sandbox" in doctor.stdout


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (["check", "absent.py"], "absent.py"),
        (["check", "--fromat", "json", "."], "--format"),
        (["check", "--format", "xml", "."], "xml"),
        (["chek", "."], "check"),
        (["check", "-", "--context", "absent.json"], "absent.json"),
        (["feedback", "abc", "great"], "great"),
    ],
)
def test_a_wrong_call_names_the_thing(run, arguments: list[str], named: str) -> None:
    done = run(*arguments)
    assert done.returncode == 2
    assert named in done.stderr
    assert "Traceback" not in done.stderr


def test_a_wrong_setting_is_named(run) -> None:
    done = run("check", "-", stdin="x = 1\n", AUTOVET_WORKERS="many")
    assert done.returncode == 2
    assert "workers" in done.stderr


def test_settings_come_from_the_projects_pyproject(run) -> None:
    (run.folder / "warned.py").write_text(FAULTY)
    (run.folder / "pyproject.toml").write_text('[tool.autovet]\nfail_on = "warning"\n')
    assert run("check", "warned.py").returncode == 1
    assert run("check", "warned.py", "--fail-on", "error").returncode == 0


def test_failing_calls_become_tests(run) -> None:
    (run.folder / "means.py").write_text(
        "def mean(xs: list[float]) -> float:\n"
        '    """Return the mean of the numbers."""\n'
        "    return sum(xs) / (len(xs) - 1)\n"
    )
    assert run("check", "means.py", "--write-tests", "found/tests").returncode == 1
    files = sorted((run.folder / "found" / "tests").glob("test_*.py"))
    assert [f.name.rpartition("_")[0] for f in files] == [
        "test_broken_property",
        "test_unannounced_crash",
    ]
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "found/tests"]
    for text, status in (("", 1), ("def mean(xs):\n    return sum(xs) / len(xs)\n", 0)):
        if text:
            (run.folder / "means.py").write_text(text)
        environment = {"PYTHONPATH": str(run.folder), "PYTHONDONTWRITEBYTECODE": "1"}
        ran = subprocess.run(
            command, cwd=run.folder, env=environment, capture_output=True, check=False
        )
        assert ran.returncode == status, ran.stdout


def test_a_baseline_hides_what_is_known_and_nothing_new(run) -> None:
    file = run.folder / "wrong.py"
    file.write_text(UNDEFINED)
    assert run("check", "wrong.py", "--write-baseline", "known.json").returncode == 1
    known = run("check", "wrong.py", "--baseline", "known.json", "--format", "json")
    assert known.returncode == 0
    (result,) = json.loads(known.stdout)["files"].values()
    assert result["meta"]["baselined"] >= 1
    file.write_text("import this_moves_it\n\n" + UNDEFINED + "\n\ndef g():\n    return new_one\n")
    again = run("check", "wrong.py", "--baseline", "known.json")
    assert again.returncode == 1
    assert "new_one" in again.stdout
    assert "undefined_thing" not in again.stdout
    missing = run("check", "wrong.py", "--baseline", "absent.json")
    assert missing.returncode == 2
    assert "absent.json" in missing.stderr


def test_settings_that_hide_findings_are_shown(run) -> None:
    (run.folder / "warned.py").write_text(FAULTY)
    (run.folder / "pyproject.toml").write_text('[tool.autovet]\nignore = ["code_quality"]\n')
    shown = run("check", "warned.py").stdout
    assert "unused-import" not in shown
    assert "ignore=['code_quality']" in shown


def test_a_gate_gives_the_same_exit_code(run) -> None:
    (run.folder / "sound.py").write_text('"""Nothing."""\n')
    (run.folder / "wrong.py").write_text(UNDEFINED)
    assert run("check", "--gate", "sound.py").returncode == 0
    assert run("check", "--gate", "wrong.py").returncode == 1
    told = json.loads(run("check", "--gate", "--format", "json", "wrong.py").stdout)
    assert told["files"]["wrong.py"]["verdict"] == "fail"
    assert told["files"]["wrong.py"]["autonomous_healing"]["healed_code"] is None
