"""The façade as an application uses it: concurrent calls, cancellation, closing, plain loops."""

import asyncio
import contextlib
import json
import sqlite3
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import psutil
import pytest

from autovet import AutonomousAIOrchestrationLayer, ContextError, InputError, SettingsError
from autovet.domain.category import Category

FAULTY = """import os
import time


async def poll(values=[]):
    time.sleep(1)
    return values
"""
SOUND = '''"""Doubles numbers."""


def double(number: int) -> int:
    """Return twice the number."""
    return 2 * number
'''


def run(
    work: Callable[[AutonomousAIOrchestrationLayer], Awaitable[Any]], store: Path, **options: Any
) -> Any:
    async def main() -> Any:
        url = f"sqlite+aiosqlite:///{store}"
        async with AutonomousAIOrchestrationLayer(store_url=url, **options) as layer:
            return await work(layer)

    before = children()
    result = asyncio.run(main())
    assert children() <= before
    return result


def children() -> set[tuple[int, str]]:
    """All processes below this one; other tests of the same worker may have a server running."""
    found = set()
    for process in psutil.Process().children(recursive=True):
        with contextlib.suppress(psutil.NoSuchProcess), process.oneshot():
            dead = process.status() == psutil.STATUS_ZOMBIE
            command = "zombie" if dead else " ".join(process.cmdline()[:6])
            found.add((process.pid, command))
    return found


def count(store: Path, table: str) -> int:
    connection = sqlite3.connect(store)
    try:
        return int(connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0])
    finally:
        connection.close()


def test_a_faulty_and_a_sound_piece(tmp_path: Path) -> None:
    async def work(layer: AutonomousAIOrchestrationLayer) -> None:
        sound = await layer.autonomous_orchestrate_validation(SOUND, {"framework": "fastapi"})
        assert sound["verdict"] == "pass"
        assert sound["overall_valid"] is True
        assert [sound[c]["status"] for c in Category] == ["passed"] * 11
        faulty = await layer.autonomous_orchestrate_validation(FAULTY, {"framwork": "x"})
        rules = {f["rule"] for c in Category for f in faulty[c]["findings"]}
        assert {"unused-import", "blocking-call-in-async", "mutable-default"} <= rules
        assert faulty["meta"]["ignored_context"] == {"framwork": "framework"}
        assert faulty["autonomous_healing"]["healing_applied"]
        assert "import os" not in faulty["autonomous_healing"]["healed_code"]
        json.dumps([sound, faulty])

    run(work, tmp_path / "a.db")


def test_the_same_input_gives_the_same_verdict(tmp_path: Path) -> None:
    async def work(layer: AutonomousAIOrchestrationLayer) -> None:
        results = [await layer.autonomous_orchestrate_validation(FAULTY, {}) for _ in range(3)]
        ids = [[f["id"] for c in Category for f in r[c]["findings"]] for r in results]
        assert ids[0] == ids[1] == ids[2]
        assert len({json.dumps(r["autonomous_healing"], sort_keys=True) for r in results}) == 1

    run(work, tmp_path / "a.db")


def test_64_concurrent_calls_lose_no_record(tmp_path: Path) -> None:
    store = tmp_path / "a.db"

    async def work(layer: AutonomousAIOrchestrationLayer) -> None:
        codes = [SOUND + f"\n\nVERSION = {n}\n" for n in range(64)]
        calls = [layer.autonomous_orchestrate_validation(code, {}) for code in codes]
        results = await asyncio.gather(*calls)
        assert {r["verdict"] for r in results} == {"pass"}
        assert len({r["meta"]["source_sha256"] for r in results}) == 64

    run(work, store)
    assert count(store, "validations") == 64


def test_cancelled_calls_leave_nothing_behind(tmp_path: Path) -> None:
    store = tmp_path / "a.db"

    async def work(layer: AutonomousAIOrchestrationLayer) -> None:
        await layer.autonomous_orchestrate_validation(SOUND, {})
        tasks = [
            asyncio.create_task(layer.autonomous_orchestrate_validation(FAULTY + f"# {n}\n", {}))
            for n in range(16)
        ]
        for number, task in enumerate(tasks):
            await asyncio.sleep(0.003 * (number % 4))
            if number % 2:
                task.cancel()
        results = await asyncio.gather(*tasks, return_exceptions=True)
        finished = [r for r in results if isinstance(r, dict)]
        assert len(finished) >= 8
        assert all(r["verdict"] in {"pass", "fail"} for r in finished)
        after = await layer.autonomous_orchestrate_validation(SOUND, {})
        assert after["verdict"] == "pass"
        run.finished = len(finished) + 2  # type: ignore[attr-defined]  # carried out of the loop

    run(work, store)
    assert count(store, "validations") >= run.finished  # type: ignore[attr-defined]


def test_the_event_loop_stays_free(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No callback works for more than 20 ms, from the very first call on.

    Measured in processor time of the thread: on a busy machine wall-clock time says more about
    the others.
    """
    longest = 0.0
    run_handle = asyncio.Handle._run

    def timed(handle: asyncio.Handle) -> None:
        nonlocal longest
        start = time.thread_time()
        run_handle(handle)
        longest = max(longest, time.thread_time() - start)

    async def work(layer: AutonomousAIOrchestrationLayer) -> None:
        flood = "x = " + " and ".join(["a"] * 10_000)
        for code in ["def hello(): print('world')", SOUND * 40, FAULTY, "x = (" * 50_000, flood]:
            calls = [f"{code}  # {n}" for n in range(3)]
            await asyncio.gather(*(layer.autonomous_orchestrate_validation(c, {}) for c in calls))

    monkeypatch.setattr(asyncio.Handle, "_run", timed)
    run(work, tmp_path / "a.db")
    assert longest < 0.02, f"{longest * 1000:.0f} ms"


def test_a_plain_event_loop_is_cleaned_up_at_its_end(tmp_path: Path) -> None:
    store = tmp_path / "a.db"
    layer = AutonomousAIOrchestrationLayer(store_url=f"sqlite+aiosqlite:///{store}")
    before = children()
    for _ in range(2):
        result = asyncio.run(layer.autonomous_orchestrate_validation(SOUND, {}))
        assert result["verdict"] == "pass"
        assert children() <= before
    assert count(store, "validations") == 2


def test_wrong_calls_are_named(tmp_path: Path) -> None:
    async def work(layer: AutonomousAIOrchestrationLayer) -> None:
        with pytest.raises(InputError, match="NoneType"):
            await layer.autonomous_orchestrate_validation(None, {})  # type: ignore[arg-type]
        with pytest.raises(ContextError, match="python"):
            await layer.autonomous_orchestrate_validation(SOUND, {"python": 3})
        with pytest.raises(InputError, match="no such file"):
            await layer.validate_paths([tmp_path / "absent.py"])

    run(work, tmp_path / "a.db")


def test_an_unknown_setting_is_named() -> None:
    layer = AutonomousAIOrchestrationLayer(wrokers=3)
    with pytest.raises(SettingsError, match="wrokers"):
        asyncio.run(layer.get_autonomous_status())


def test_dismissed_findings_stay_dismissed_when_lines_move(tmp_path: Path) -> None:
    async def work(layer: AutonomousAIOrchestrationLayer) -> None:
        first = await layer.autonomous_orchestrate_validation(FAULTY, {})
        finding = first["performance"]["findings"][0]
        await layer.record_feedback(finding["id"][:10], "not-useful", why="a test", author="ann")
        moved = await layer.autonomous_orchestrate_validation("# a remark\n\n" + FAULTY, {})
        assert finding["rule"] not in {f["rule"] for f in moved["performance"]["findings"]}
        assert moved["autonomous_learning"]["applied"]
        await layer.record_feedback(finding["id"], "useful", author="ann")
        again = await layer.autonomous_orchestrate_validation(FAULTY, {})
        assert finding["rule"] in {f["rule"] for f in again["performance"]["findings"]}

    run(work, tmp_path / "a.db")


def test_suppressions_are_counted(tmp_path: Path) -> None:
    async def work(layer: AutonomousAIOrchestrationLayer) -> None:
        silenced = FAULTY.replace(
            "time.sleep(1)", "time.sleep(1)  # autovet: ignore[blocking-call-in-async] one task"
        )
        result = await layer.autonomous_orchestrate_validation(silenced, {})
        assert result["performance"]["findings"] == []
        (suppressed,) = result["meta"]["suppressed"]
        assert suppressed["reason"] == "one task"

    run(work, tmp_path / "a.db")


def test_status_has_all_parts(tmp_path: Path) -> None:
    async def work(layer: AutonomousAIOrchestrationLayer) -> None:
        await layer.autonomous_orchestrate_validation(SOUND, {})
        status = await layer.get_autonomous_status()
        assert {
            "learning_engine",
            "optimization_engine",
            "healing_engine",
            "monitoring_engine",
        } <= set(status)
        assert set(status["background"]) >= {"monitoring", "optimization", "learning"}
        assert status["components"]["workers"]["inspected"] >= 1
        json.dumps(status)

    run(work, tmp_path / "a.db")


def test_closing_in_the_middle_of_starting_leaves_no_process(tmp_path: Path) -> None:
    async def nothing(layer: AutonomousAIOrchestrationLayer) -> None:
        await asyncio.sleep(0)

    for n in range(4):
        run(nothing, tmp_path / f"{n}.db")


def test_syntax_that_the_project_cannot_run_is_an_error_and_no_refusal(tmp_path: Path) -> None:
    code = "def first[T](pair: tuple[T, T]) -> T:\n    return pair[0]\n"

    async def work(layer: AutonomousAIOrchestrationLayer) -> None:
        result = await layer.autonomous_orchestrate_validation(code, {"python": "3.11"})
        found = result["context_awareness"]["findings"]
        assert [f["rule"] for f in found] == ["newer-syntax-than-requires-python"]
        assert found[0]["line"] == 1
        assert result["verdict"] == "fail"

    run(work, tmp_path / "a.db")
