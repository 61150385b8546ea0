"""Inspections run in processes that can crash and hang without harm."""

import asyncio
import os
import signal
from collections.abc import Awaitable, Callable

import psutil
import pytest
from processes import stop

from autovet.adapters.workers.pool import WorkerPool
from autovet.domain.context import Context
from autovet.domain.errors import AnalyzerUnavailable
from autovet.domain.inspection import Inspection
from autovet.domain.source import Source

GOOD = Source.from_text("import time\n\nasync def f():\n    time.sleep(1)\n", "m.py")


def with_pool(work: Callable[[WorkerPool], Awaitable[None]], size: int = 1) -> None:
    async def main() -> None:
        pool = WorkerPool(size)
        try:
            await work(pool)
        finally:
            pids = list(pool.pids())
            await pool.aclose()
            assert not any(psutil.pid_exists(pid) for pid in pids)

    asyncio.run(main())


async def inspect(pool: WorkerPool, source: Source, seconds: float = 30) -> Inspection:
    pending = pool.inspect(source, Context(), admission_s=seconds, inspection_s=seconds)
    return await pending.report


def test_admission_comes_before_the_report() -> None:
    async def work(pool: WorkerPool) -> None:
        pending = pool.inspect(GOOD, Context(), admission_s=30, inspection_s=30)
        admission = await pending.admission
        assert admission.admitted
        report = await pending.report
        assert "blocking-call-in-async" in {f.rule for f in report.findings}
        assert report.anchors
        assert report.lines == 4

    with_pool(work)


def test_a_killed_worker_fails_its_request_and_no_other() -> None:
    async def work(pool: WorkerPool) -> None:
        await pool.warm()
        (pid,) = pool.pids()
        stop(pid)
        pending = pool.inspect(GOOD, Context(), admission_s=30, inspection_s=30)
        await asyncio.sleep(0.05)
        os.kill(pid, signal.SIGKILL)
        admission = await pending.admission
        assert admission.refusal is not None
        assert admission.refusal.code == "parser-crashed"
        assert (await inspect(pool, GOOD)).findings
        assert pool.health().restarts == 1

    with_pool(work)


def test_a_hanging_worker_is_killed_at_its_budget() -> None:
    async def work(pool: WorkerPool) -> None:
        await pool.warm()
        (pid,) = pool.pids()
        stop(pid)
        pending = pool.inspect(GOOD, Context(), admission_s=0.3, inspection_s=0.3)
        admission = await pending.admission
        assert admission.refusal is not None
        assert admission.refusal.code == "parser-timeout"
        assert (await inspect(pool, GOOD)).findings
        assert not psutil.pid_exists(pid)

    with_pool(work)


def test_a_cancelled_caller_leaves_the_worker_usable() -> None:
    async def work(pool: WorkerPool) -> None:
        tasks = [asyncio.create_task(inspect(pool, GOOD)) for _ in range(8)]
        await asyncio.sleep(0)
        for task in tasks[::2]:
            task.cancel()
        results = await asyncio.gather(*tasks, return_exceptions=True)
        assert all(isinstance(r, asyncio.CancelledError) for r in results[::2])
        assert all(isinstance(r, Inspection) and r.findings for r in results[1::2])

    with_pool(work)


def test_a_closed_pool_answers_at_once() -> None:
    async def work(pool: WorkerPool) -> None:
        await pool.aclose()
        pending = pool.inspect(GOOD, Context(), admission_s=1, inspection_s=1)
        with pytest.raises(AnalyzerUnavailable, match="closed"):
            await pending.report

    with_pool(work)
