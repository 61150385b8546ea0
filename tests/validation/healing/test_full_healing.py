"""Healing with search, from the code to the healed code, with everything real."""

import asyncio
from pathlib import Path
from typing import Any

from autovet import AutonomousAIOrchestrationLayer

SLIP = '''"""Shares."""


def share(amounts: list[int], part: int) -> list[int]:
    """Return the amounts of which ``part`` is a divisor.

    >>> share([4, 6, 9], 2)
    [4, 6]
    >>> share([3, 5, 8], 5)
    [5]
    >>> share([7, 8, 9, 27], 3)
    [9, 27]
    """
    return [amount for amount in amounts if part % amount == 0]
'''
OPEN = "def grow(number: int) -> int:\n    return number\n"


def healed(folder: Path, code: str, *contexts: dict[str, Any]) -> list[dict[str, Any]]:
    async def main() -> list[dict[str, Any]]:
        url = f"sqlite+aiosqlite:///{folder / 'store.db'}"
        async with AutonomousAIOrchestrationLayer(store_url=url, background=False) as layer:
            found = []
            for context in contexts:
                result = await layer.autonomous_orchestrate_validation(code, context)
                found.append(result["autonomous_healing"])
            return found

    return asyncio.run(main())


def test_one_behaviour_is_healed_fast_healing_leaves_it(tmp_path: Path) -> None:
    fast, full = healed(tmp_path, SLIP, {"heal": "fast"}, {"heal": "full"})
    assert fast["healed_code"] is None
    assert full["healed_code"] == SLIP.replace("part % amount", "amount % part")
    (applied,) = full["healing_applied"]
    assert applied["rule"] == "failing-doctest"
    assert "generated inputs" in applied["why"]
    assert full["recovery_successful"]


def test_an_answer_in_the_context_decides_between_candidates(tmp_path: Path) -> None:
    given = [{"call": "grow(2)", "returns": "4"}]
    (asked,) = healed(tmp_path, OPEN, {"heal": "full", "examples": given})
    assert asked["healed_code"] is None
    assert len(asked["candidates"]) > 1
    (question,) = asked["questions"]
    value = int(question["call"].removeprefix("grow(").removesuffix(")"))
    answer = {"call": question["call"], "returns": str(value + 2)}
    (decided,) = healed(tmp_path, OPEN, {"heal": "full", "examples": [*given, answer]})
    answers = [decided["healed_code"], *(c["code"] for c in decided["candidates"])]
    names: dict[str, Any] = {}
    exec(next(filter(None, answers)), names)
    assert [names["grow"](n) for n in (2, value)] == [4, value + 2]
