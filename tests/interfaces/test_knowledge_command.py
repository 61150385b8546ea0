"""``autovet knowledge`` as a user runs it; pip finds its wheels in a directory."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from made_wheels import make_wheel

from autovet.adapters.package_index.names import PublishedNames


@pytest.fixture
def run(tmp_path: Path):  # type: ignore[no-untyped-def]  # the type is that of the inner function
    environment = {k: v for k, v in os.environ.items() if not k.startswith("PIP_")}
    environment |= {
        "AUTOVET_KNOWLEDGE": str(tmp_path / "own"),
        "PIP_NO_INDEX": "1",
        "PIP_FIND_LINKS": str(tmp_path),
        "PIP_CONFIG_FILE": os.devnull,
        "PIP_INDEX_URL": (tmp_path / "simple").as_uri(),
    }

    def call(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "autovet", "knowledge", *arguments],
            cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=60, check=False,
        )  # fmt: skip

    return call


def test_libraries_are_added_listed_and_removed(run, tmp_path: Path) -> None:
    make_wheel(tmp_path, "fish", "1.0", {"fish/__init__.py": "raise SystemExit('never run')\n"})
    file = make_wheel(tmp_path, "crab", "2.0", {"crab.py": ""})
    added = run("add", "fish==1.0", str(file))
    assert added.returncode == 0, added.stderr
    assert (added.returncode, added.stdout) == (0, "indexed fish==1.0\nindexed crab==2.0\n")
    held = json.loads(run("info", "--json").stdout)
    assert [(lib["name"], lib["modules"]) for lib in held["libraries"]] == [
        ("crab", ["crab"]),
        ("fish", ["fish"]),
    ]
    assert run("remove", "fish").stdout == "removed fish==1.0\n"
    assert "crab==2.0" in run("info").stdout
    again = run("remove", "fish")
    assert again.returncode == 2
    assert "fish is not indexed; indexed is crab==2.0" in again.stderr


@pytest.mark.parametrize(
    ("wanted", "complaint"),
    [
        ("absent==1.0", "pip has no wheel of absent==1.0"),
        ("fish", "name one version, as in fish==1.0"),
        ("fish>=1", "name one version"),
        ("../fish", "neither NAME==VERSION nor a wheel"),
        ("absent.whl", "there is no file absent.whl"),
    ],
)
def test_what_cannot_be_added_says_why(run, wanted: str, complaint: str) -> None:
    refused = run("add", wanted)
    assert refused.returncode == 2
    assert complaint in refused.stderr


def test_info_measures_the_list_of_names(run) -> None:
    names = json.loads(run("info", "--json").stdout)["names"]
    assert names["count"] > 100_000
    assert names["damage"] is None
    assert 0 < names["lookup_us"] < 1_000
    assert names["date"] in run("info").stdout


def test_update_renews_the_list_and_refuses_a_poor_one(run, tmp_path: Path) -> None:
    table = tmp_path / "names.tsv"
    shipped = PublishedNames().popular
    table.write_text("".join(f"{n}\t2999-01\t{r}\n" for r, n in enumerate(shipped, 1)))
    done = run("update", "--from", str(table))
    assert done.returncode == 0, done.stderr
    assert f"{len(shipped):,} names as of 2999-01" in done.stdout
    assert "2999-01" in run("info").stdout
    table.write_text("fish\n")
    refused = run("update", "--from", str(table))
    assert refused.returncode == 2
    assert "most downloaded" in refused.stderr
    assert "2999-01" in run("info").stdout


def test_update_without_a_table_asks_the_index_of_pip(run, tmp_path: Path) -> None:
    refused = run("update")
    assert refused.returncode == 2
    assert str(tmp_path / "simple") in refused.stderr
