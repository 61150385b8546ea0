"""Corpora and how they are put through one layer."""

import asyncio
import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from autovet import AutonomousAIOrchestrationLayer
from autovet.interfaces.reports.findings import findings_in

AT_ONCE = 8

Case = tuple[str, str, Mapping[str, Any]]
"""A key, the code and its context."""


def read_cases(path: Path) -> list[dict[str, Any]]:
    """The JSON objects of a file, one a line."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line]


async def verdicts(
    layer: AutonomousAIOrchestrationLayer, cases: Sequence[Case]
) -> dict[str, dict[str, Any]]:
    """Validate all cases, some at a time; key to result."""
    gate = asyncio.Semaphore(AT_ONCE)

    async def one(key: str, code: str, context: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
        async with gate:
            return key, await layer.autonomous_orchestrate_validation(code, context)

    return dict(await asyncio.gather(*(one(*case) for case in cases)))


def weighty(result: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The findings at warning or above."""
    return [f for f in findings_in(result) if f["severity"] != "info"]


def write_lines(path: Path, rows: Iterable[Mapping[str, Any]]) -> None:
    """Write JSON objects, one a line."""
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
