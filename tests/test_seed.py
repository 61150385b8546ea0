"""Every example of the document that this system was asked for in runs as it is written."""

import ast
import asyncio
import json
import re
import sys
from pathlib import Path
from typing import Any

import pytest

from autovet.domain.category import Category

ROOT = Path(__file__).parent.parent
SEED = (ROOT / "docs" / "seed.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"```python\n(.*?)```", SEED, re.DOTALL)


@pytest.fixture(scope="module")
def namespaces() -> list[dict[str, Any]]:
    """Run all examples in one event loop, in the order of the document, from the example app."""
    sys.path.insert(0, str(ROOT / "examples" / "fastapi_app"))
    try:
        return asyncio.run(run_all())
    finally:
        sys.path.remove(str(ROOT / "examples" / "fastapi_app"))
        for name in [n for n in sys.modules if n == "app" or n.startswith("app.")]:
            del sys.modules[name]


async def run_all() -> list[dict[str, Any]]:
    from app.services.ai_orchestration_layer import (  # type: ignore[import-not-found]  # on sys.path
        autonomous_ai_orchestration_layer,
    )

    given = {
        "autonomous_ai_orchestration_layer": autonomous_ai_orchestration_layer,
        "generated_code": "def double(x: int) -> int:\n    return 2 * x\n",
        "project_context": {"framework": "fastapi"},
    }
    given[
        "validation_result"
    ] = await autonomous_ai_orchestration_layer.autonomous_orchestrate_validation(
        code="import os\n\n\ndef f(x=[]):\n    return x\n", context={}
    )
    spaces = []
    for example in EXAMPLES:
        space = dict(given)
        code = compile(example, "seed.md", "exec", flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
        waiting = eval(code, space)
        if waiting is not None:
            await waiting
        spaces.append(space)
    await autonomous_ai_orchestration_layer.aclose()
    return spaces


def test_the_document_has_its_examples() -> None:
    assert len(EXAMPLES) == 8


def test_results_are_complete_and_serialisable(namespaces: list[dict[str, Any]]) -> None:
    results = [s["result"] for s in namespaces if "result" in s]
    assert len(results) == 3
    for result in results:
        assert result["overall_valid"] is True, result
        assert all(result[category]["status"] == "passed" for category in Category)
        assert result["autonomous_learning"]["patterns_learned"] >= 0
        assert result["autonomous_monitoring"]["overall_health"] in {
            "healthy", "degraded", "unhealthy",
        }  # fmt: skip
        json.dumps(result)


def test_status_shows_all_four_engines(namespaces: list[dict[str, Any]]) -> None:
    statuses = [s["status"] for s in namespaces if "status" in s]
    assert statuses
    for status in statuses:
        for engine in ("learning", "optimization", "healing", "monitoring"):
            assert status[f"{engine}_engine"]
        json.dumps(status)


def test_healing_analysis_and_health_answer(namespaces: list[dict[str, Any]]) -> None:
    healing = next(s["healing_result"] for s in namespaces if "healing_result" in s)
    rules = {issue.get("rule") for issue in healing["issues_detected"]}
    assert "mutable-default" in rules
    assert healing["healed_code"] is not None
    assert "import os" not in healing["healed_code"]
    assert healing["diff"]
    analysis = next(s["optimization_analysis"] for s in namespaces if "optimization_analysis" in s)
    assert "optimization_opportunities" in analysis
    health = next(s["health_status"] for s in namespaces if "health_status" in s)
    assert health["overall_health"]
