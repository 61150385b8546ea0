"""Faults that are really there, not injected into samples, alarm within two looks and resolve."""

import asyncio
import contextlib
import shutil
import subprocess
import sys
import time

import pytest
from virtual_clock import VirtualClock

from autovet.adapters.host_probe import PsutilHostProbe
from autovet.adapters.loop_lag import LoopLag
from autovet.adapters.store.sql_store import SqlStore
from autovet.domain.event import Event
from autovet.engines.monitoring.baseline import ENOUGH
from autovet.engines.monitoring.engine import AutonomousMonitoringEngine
from autovet.engines.optimization.experiments.result_cache import ResultCache
from autovet.layer import AutonomousAIOrchestrationLayer

MEGABYTES = 80
PATIENCE = 12
"""Looks that an alert may take to resolve; on a busy machine the event loop is late by itself."""
LEAKY = """
import sys
held = []
for line in sys.stdin:
    if line.strip() == "leak":
        held.append(bytearray(b"x") * (80 * 2**20))
    else:
        held.clear()
    print("done", flush=True)
"""
GOOD = "def double(number: int) -> int:\n    return 2 * number\n"
INJECTED = """
import sqlite3

from flask import request


def orders() -> list[tuple[str, ...]]:
    with sqlite3.connect("shop.db") as shop:
        return shop.execute("select * from orders where id = " + request.args["id"]).fetchall()
"""


class Watch:
    """Monitoring of this very host; a look of it is a minute of its own clock."""

    def __init__(self, store, directory, roles=dict, lag=None):
        self.clock = VirtualClock(1_700_000_000.0)
        probe = PsutilHostProbe(directory, roles, **({"lag": lag} if lag else {}))
        self.engine = AutonomousMonitoringEngine(probe, lambda: [store.health()], store, self.clock)

    async def look(self):
        await self.clock.advance(60)
        return _alerts(await self.engine.monitor_system_health())


def _alerts(report):
    return {alert["name"]: alert for alert in report["alerts"]}


async def _resolved(look, name):
    for _ in range(PATIENCE):
        if name not in await look():
            return True
    return False


def test_a_child_that_leaks(tmp_path):
    async def main():
        command = [sys.executable, "-c", LEAKY]
        child = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1
        )

        def tell(word):
            child.stdin.write(f"{word}\n")
            assert child.stdout.readline() == "done\n"

        store = SqlStore(f"sqlite:///{tmp_path / 'a.db'}")
        try:
            watch = Watch(store, tmp_path, lambda: {child.pid: "analyzer"})
            tell("free")
            for _ in range(ENOUGH):
                assert "process-growing:analyzer" not in await watch.look()
            tell("leak")
            await watch.look()
            tell("leak")
            alert = (await watch.look())["process-growing:analyzer"]
            assert alert["message"].startswith("analyzer holds")
            tell("free")
            assert await _resolved(watch.look, "process-growing:analyzer")
        finally:
            child.stdin.close()
            child.wait(10)
            child.stdout.close()
            await store.aclose()

    asyncio.run(main())


def test_an_event_loop_that_is_blocked(tmp_path):
    async def main():
        store, lag = SqlStore(f"sqlite:///{tmp_path / 'a.db'}"), LoopLag()
        watch = Watch(store, tmp_path, lag=lag)
        lag.start()
        try:
            for _ in range(2):
                time.sleep(0.6)  # what an application does that calls a blocking function
                await asyncio.sleep(0.01)
                alerts = await watch.look()
            assert "event loop ran a callback" in alerts["event-loop-blocked"]["message"]
            assert "blocking calls" in alerts["event-loop-blocked"]["action"]
            assert await _resolved(watch.look, "event-loop-blocked")
        finally:
            lag.stop()
            await store.aclose()

    asyncio.run(main())


@contextlib.contextmanager
def _small_disk(place):
    """A file system of four megabytes, where this host lets us make one."""
    place.mkdir()
    mount = shutil.which("mount")
    if mount is None or sys.platform != "linux":
        pytest.skip("no way to make a small file system here")
    options = ["-t", "tmpfs", "-o", "size=4m", "autovet-test", str(place)]
    made = subprocess.run([mount, *options], capture_output=True, text=True, check=False)
    if made.returncode:
        pytest.skip(f"a small file system cannot be mounted here: {made.stderr.strip()}")
    try:
        yield
    finally:
        subprocess.run(["umount", "-l", str(place)], check=False)


def test_a_disk_that_is_full(tmp_path):
    place = tmp_path / "small"

    async def main():
        store = SqlStore(f"sqlite:///{place / 'a.db'}")
        watch = Watch(store, place)
        try:
            assert not {"disk-low", "disk-full"} & (await watch.look()).keys()
            await store.flush()
            with (place / "filler").open("wb", buffering=0) as filler, contextlib.suppress(OSError):
                while True:
                    filler.write(bytes(4096))
            alert = (await watch.look())["disk-full"]
            assert "records will be lost" in alert["message"]
            assert alert["severity"] == "error"
            store.record_event(Event(1.0, "kept.in-memory", "meanwhile"))
            (place / "filler").unlink()
            assert await _resolved(watch.look, "disk-full")
            await store.flush()
            assert "kept.in-memory" in [event.kind for event in await store.events(0.0)]
        finally:
            await store.aclose()

    with _small_disk(place):
        asyncio.run(main())


def test_an_analyzer_that_becomes_slower_by_fifty_milliseconds(tmp_path):
    async def main():
        url = f"sqlite:///{tmp_path / 'a.db'}"
        async with AutonomousAIOrchestrationLayer(store_url=url, background=False) as layer:
            await layer.warm()
            number = 0

            async def look():
                nonlocal number
                for _ in range(5):
                    number += 1
                    text = f"{GOOD}\n\nREVISION = {number}\n"
                    context = {"execute": False, "heal": "none"}
                    await layer.autonomous_orchestrate_validation(text, context)
                return _alerts(await layer.monitoring_engine.monitor_system_health())

            for _ in range(ENOUGH + 1):
                await look()
            ruff = layer._runtime()._ruff
            analyze = ruff.analyze

            async def slow(document, timeout_s):
                await asyncio.sleep(0.05)
                return await analyze(document, timeout_s)

            ruff.analyze = slow
            await look()
            alert = (await look())["stage-slow:ruff"]
            assert alert["message"].startswith("ruff takes")
            assert "what changed for ruff" in alert["action"]
            ruff.analyze = analyze
            assert await _resolved(look, "stage-slow:ruff")

    asyncio.run(main())


def test_a_category_that_suddenly_fails_more(tmp_path):
    async def main():
        url = f"sqlite:///{tmp_path / 'a.db'}"
        async with AutonomousAIOrchestrationLayer(store_url=url, background=False) as layer:
            actions = layer.optimization_engine._actions
            actions.tuning = ResultCache().turned(actions.tuning, 10)  # the same code comes again

            async def look(bad):
                for number in range(20):
                    code = INJECTED if number < bad else GOOD
                    await layer.autonomous_orchestrate_validation(code, {"heal": "none"})
                return _alerts(await layer.monitoring_engine.monitor_system_health())

            for _ in range(ENOUGH + 1):
                assert "category-fails-more:security" not in await look(2)
            await look(18)
            alerts = await look(18)
            assert alerts["category-fails-more:security"]["message"].startswith("security fails")
            assert [name for name in alerts if name.startswith("category-fails")] == [
                "category-fails-more:security"
            ]
            assert await _resolved(lambda: look(2), "category-fails-more:security")

    asyncio.run(main())
