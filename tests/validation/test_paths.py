"""Files and directories in the context of their project on disk."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from autovet import AutonomousAIOrchestrationLayer


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.delenv("VIRTUAL_ENV", raising=False)
    root = tmp_path / "project"
    site = root / ".venv" / "lib" / "python3.11" / "site-packages"
    (site / "parcelkit").mkdir(parents=True)
    (site / "parcelkit" / "__init__.py").write_text("def send(to: str) -> None: ...\n")
    (root / ".venv" / "pyvenv.cfg").write_text("home = /usr/bin\nversion = 3.11.0\n")
    (root / "pyproject.toml").write_text(
        '[project]\nname = "p"\nrequires-python = ">=3.9"\ndependencies = ["parcelkit"]\n'
    )
    (root / "app").mkdir()
    (root / "app" / "__init__.py").write_text('"""The application."""\n')
    (root / "app" / "text.py").write_text('"""Text."""\n\nLIMIT = 3\n')
    return root


def check(project: Path, name: str, code: str) -> dict[str, Any]:
    (project / "app" / name).write_text(code)

    async def main() -> dict[str, Any]:
        url = f"sqlite+aiosqlite:///{project.parent}/a.db"
        async with AutonomousAIOrchestrationLayer(store_url=url, background=False) as layer:
            report = await layer.validate_paths([project / "app" / name])
            (result,) = report["files"].values()
            return result

    return asyncio.run(main())


def rules(result: dict[str, Any], category: str) -> set[str]:
    return {finding["rule"] for finding in result[category]["findings"]}


def test_siblings_and_installed_packages_are_known(project: Path) -> None:
    result = check(
        project,
        "good.py",
        "import parcelkit\nfrom app.text import LIMIT\n\nparcelkit.send(str(LIMIT))\n",
    )
    assert result["factual_accuracy"]["findings"] == []
    assert result["factual_accuracy"]["unverified"] == []


def test_what_siblings_and_packages_lack_is_named(project: Path) -> None:
    result = check(
        project,
        "bad.py",
        "import parcelkit\nfrom app.text import LIMITS\n\nparcelkit.post(LIMITS)\n",
    )
    lines = {f["line"] for f in result["factual_accuracy"]["findings"]}
    assert lines == {2, 4}


def test_the_declared_python_counts(project: Path) -> None:
    code = "def f(x):\n    match x:\n        case 1:\n            return 2\n        case _:\n            return 3\n"
    result = check(project, "new.py", code)
    assert "newer-syntax-than-requires-python" in rules(result, "context_awareness")


def test_an_environment_found_beside_the_code_is_never_started(project: Path) -> None:
    started = project / "started"
    interpreter = project / ".venv" / "bin" / "python"
    interpreter.parent.mkdir()
    interpreter.write_text(f"#!/bin/sh\ntouch {started}\n")
    interpreter.chmod(0o755)
    code = '"""Doubles."""\n\n\ndef double(x: int) -> int:\n    """Double.\n\n    >>> double(2)\n    4\n    """\n    return 2 * x\n'
    result = check(project, "run.py", code)
    assert result["business_logic"]["status"] == "passed"
    assert not started.exists()
