"""A generator gets what is wrong with its code until it passes."""

import asyncio
import json
from pathlib import Path
from typing import Any

from autovet import AutonomousAIOrchestrationLayer

BAD = 'import os\n\n\ndef add(a: int, b: int) -> int:\n    """Add.\n\n    >>> add(1, 1)\n    2\n    """\n    return a * b * 7 % 5 + len(\'x\') * 100\n'
GOOD = 'def add(a: int, b: int) -> int:\n    """Add.\n\n    >>> add(1, 1)\n    2\n    """\n    return a + b\n'


def generate(
    folder: Path, answers: list[str], attempts: int
) -> tuple[dict[str, Any], list[str], int]:
    prompts: list[str] = []

    async def generator(prompt: str) -> str:
        prompts.append(prompt)
        return answers[len(prompts) - 1]

    async def main() -> tuple[dict[str, Any], int]:
        url = f"sqlite+aiosqlite:///{folder / 'store.db'}"
        async with AutonomousAIOrchestrationLayer(store_url=url, background=False) as layer:
            made = await layer.repair_until_valid(
                generator, "write add", {"heal": "fast"}, attempts
            )
            store = layer._runtime()._store
            await store.flush()
            events = [e for e in await store.events(0.0) if e.kind == "generation.round"]
            return made, len(events)

    made, events = asyncio.run(main())
    return made, prompts, events


def test_it_is_asked_again_with_what_is_left(tmp_path: Path) -> None:
    made, prompts, events = generate(tmp_path, [BAD, GOOD], 3)
    assert made["valid"]
    assert made["code"] == GOOD
    assert prompts[0] == "write add"
    assert prompts[1].startswith("write add\n")
    assert "add(1, 1) returned" in prompts[1]
    assert [r["verdict"] for r in made["rounds"]] == ["fail", "pass"]
    assert events == 2
    json.dumps(made)


def test_it_stops_when_the_attempts_end(tmp_path: Path) -> None:
    made, prompts, events = generate(tmp_path, [BAD, BAD], 2)
    assert not made["valid"]
    assert len(prompts) == len(made["rounds"]) == events == 2
    assert made["rounds"][-1]["instructions"]
    assert made["result"]["verdict"] == "fail"
