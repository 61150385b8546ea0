"""Hostile inputs get a clear answer, and the next ordinary one is answered as ever."""

import asyncio
import os
from pathlib import Path
from typing import Any

import pytest

from autovet import AutonomousAIOrchestrationLayer
from autovet.domain.category import Category

FAULTY = "import os\nimport time\n\n\nasync def poll():\n    time.sleep(1)\n"
EXPECTED = {"unused-import", "blocking-call-in-async"}

HOSTILE: dict[str, str | bytes] = {
    "null byte": b"x = 1\n\0y = 2\n",
    "lone surrogate": "x = '\udcff'\n",
    "latin-1 without cookie": "x = 'é'\n".encode("latin-1"),
    "rot13 cookie": b"# coding: rot13\nx = 1\n",
    "utf-16 mark": "x = 1\n".encode("utf-16"),
    "two megabytes": "x = 1\n" * 350_000,
    "one ten megabyte line": "x = 1; " * 1_400_000,
    "100,000 parentheses": "(" * 100_000 + ")" * 100_000,
    "minus x 100,000": "-" * 100_000 + "1",
    "a long sum": "+".join(["a"] * 5_000),
    "1,500 attributes": "x" + ".a" * 1_500,
    "10,000 and": "x = " + " and ".join(["a"] * 10_000),
    "nested patterns": "match x:\n    case " + "[" * 20 + "a" + "]" * 20 + ":\n        pass\n",
    "10,000 elif": "if a:\n    pass\n" + "elif b:\n    pass\n" * 10_000,
    "5 MB integer": "x = " + "7" * 5_000_000,
}
DECIDED = {"10,000 and"}


@pytest.fixture(scope="module")
def answers(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[dict[str, Any], set[str]]]:
    """Each hostile input's result, and the rules found in an ordinary snippet right after it."""

    async def main() -> dict[str, tuple[dict[str, Any], set[str]]]:
        found = {}
        folder = tmp_path_factory.mktemp("store")
        url = f"sqlite+aiosqlite:///{folder}/a.db"
        async with AutonomousAIOrchestrationLayer(store_url=url, background=False) as layer:
            for name, code in HOSTILE.items():
                async with asyncio.timeout(30):
                    result = await layer.autonomous_orchestrate_validation(code, {})
                    ordinary = await layer.autonomous_orchestrate_validation(FAULTY, {})
                found[name] = (result, rules_of(ordinary))
        return found

    return asyncio.run(main())


def rules_of(result: dict[str, Any]) -> set[str]:
    return {f["rule"] for c in Category for f in result[c]["findings"]}


@pytest.mark.parametrize("name", HOSTILE)
def test_no_hostile_input_passes_by_mistake(name: str, answers: dict[str, Any]) -> None:
    result, ordinary = answers[name]
    assert ordinary >= EXPECTED
    if name in DECIDED:
        assert all(result[c]["status"] in {"passed", "failed"} for c in Category)
        return
    assert result["overall_valid"] is False
    assert result["verdict"] in {"fail", "indeterminate"}
    for category in Category:
        assert result[category]["status"] != "passed"
        assert result[category]["reason"]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A directory with one faulty file among traps."""
    root = tmp_path / "project"
    root.mkdir()
    (root / "faulty.py").write_text(FAULTY)
    (tmp_path / "secret.py").write_text("PASSWORD = 'outside'\n")
    (root / "zero.py").symlink_to("/dev/zero")
    (root / "outside.py").symlink_to(tmp_path / "secret.py")
    os.mkfifo(root / "pipe.py")
    (root / "bomb.py").write_text("-" * 100_000 + "1")
    (root / "attributes.py").write_text("x" + ".a" * 1_500)
    (root / "silenced.py").write_text("# ruff: noqa\n# ty: ignore\nimport os  # noqa\n")
    (root / "pyproject.toml").write_text(
        "[project]\nname = 'x'\n[tool.ruff.lint]\nselect = []\nignore = ['ALL']\n"
        "[tool.ruff]\nexclude = ['*.py']\n[tool.ty.rules]\nall = 'ignore'\n"
        "[tool.autovet]\nignore = ['code_quality', 'performance']\n"
    )
    (root / "ruff.toml").write_text("exclude = ['*.py']\n")
    (root / "ty.toml").write_text("[rules]\nall = 'ignore'\n")
    return root


def test_a_directory_of_traps_keeps_the_findings_of_its_good_files(
    project: Path, tmp_path: Path
) -> None:
    async def main() -> dict[str, Any]:
        url = f"sqlite+aiosqlite:///{tmp_path}/a.db"
        async with AutonomousAIOrchestrationLayer(store_url=url, background=False) as layer:
            async with asyncio.timeout(60):
                return await layer.validate_paths([project])

    report = asyncio.run(main())
    files = {Path(path).name: result for path, result in report["files"].items()}
    assert rules_of(files["faulty.py"]) >= EXPECTED
    assert "unused-import" in rules_of(files["silenced.py"])
    for name in ("zero.py", "outside.py", "pipe.py", "bomb.py", "attributes.py"):
        assert files[name]["verdict"] == "indeterminate", name
        assert "PASSWORD" not in str(files[name])
    assert report["summary"]["verdict"] == "indeterminate"
