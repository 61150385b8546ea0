"""Autovet judges itself: what it asks of others holds for its own code."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from autovet import AutonomousAIOrchestrationLayer
from autovet.domain.category import Category

SOURCE = Path(__file__).parent.parent / "src"
MOST_WARNINGS_PER_1000_LINES = 2.0


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    async def main() -> dict[str, Any]:
        url = f"sqlite+aiosqlite:///{tmp_path_factory.mktemp('self')}/a.db"
        async with AutonomousAIOrchestrationLayer(store_url=url, background=False) as layer:
            return await layer.validate_paths([SOURCE], {"execute": False, "heal": "none"})

    return asyncio.run(main())


def found(report: dict[str, Any], severity: str) -> list[str]:
    return [
        f"{Path(path).name}:{f['line']} {f['rule']}: {f['message']}"
        for path, result in report["files"].items()
        for category in Category
        for f in result[category]["findings"]
        if f["severity"] == severity
    ]


@pytest.mark.timeout(240)
def test_no_error_and_every_category_decided(report: dict[str, Any]) -> None:
    assert found(report, "error") == []
    assert report["summary"]["verdict"] == "pass"


def test_few_warnings(report: dict[str, Any]) -> None:
    lines = sum(result["meta"]["lines"] for result in report["files"].values())
    warnings = found(report, "warning")
    assert 1000 * len(warnings) / lines <= MOST_WARNINGS_PER_1000_LINES, "\n".join(warnings)
