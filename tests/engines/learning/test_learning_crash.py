"""Real processes on one store: none loses an outcome, and a kill loses none acknowledged."""

import asyncio
import os
import signal
import subprocess
import sys
import time

from autovet.adapters.store.sql_store import SqlStore
from autovet.adapters.system_clock import SystemClock
from autovet.engines.learning.engine import AutonomousLearningEngine

TELLER = """
import asyncio, sys
from autovet.adapters.store.sql_store import SqlStore
from autovet.adapters.system_clock import SystemClock
from autovet.domain.event import Outcome
from autovet.engines.learning.engine import AutonomousLearningEngine

async def main(url, name, count):
    store = SqlStore(url)
    engine = AutonomousLearningEngine(store, SystemClock())
    for number in range(count):
        outcome = Outcome(
            1000.0 + number, f"{name}-{number}", "long-function", "shop", "not-useful", author=name
        )
        if (await engine.record_feedback(outcome))["recorded"]:
            print(outcome.finding_id, flush=True)
        if number % 7 == 3:
            await engine.learn()
    await store.aclose()

asyncio.run(main(sys.argv[1], sys.argv[2], int(sys.argv[3])))
"""


def start(url, name, count):
    command = [sys.executable, "-c", TELLER, url, name, str(count)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def learned(url):
    async def main():
        store = SqlStore(url)
        engine = AutonomousLearningEngine(store, SystemClock())
        await engine.learn()
        dismissed = {r.finding_id for r in engine.policy().adaptations if r.action == "dismiss"}
        version = engine.policy().version
        await store.aclose()
        return dismissed, version

    return asyncio.run(main())


def test_two_processes_learn_without_losing_an_outcome(tmp_path):
    url = f"sqlite:///{tmp_path / 'store.db'}"
    tellers = [start(url, name, 15) for name in ("ann", "ben")]
    told = {line for teller in tellers for line in teller.communicate(timeout=60)[0].split()}
    assert len(told) == 30
    dismissed, version = learned(url)
    assert dismissed == told
    assert learned(url) == (dismissed, version)


def test_a_kill_loses_no_acknowledged_outcome(tmp_path):
    url = f"sqlite:///{tmp_path / 'store.db'}"
    teller = start(url, "ann", 10_000)
    acknowledged = []
    deadline = time.monotonic() + 30
    while len(acknowledged) < 12 and time.monotonic() < deadline:
        acknowledged.append(teller.stdout.readline().strip())
    os.kill(teller.pid, signal.SIGKILL)
    acknowledged += teller.communicate(timeout=30)[0].split()
    dismissed, _ = learned(url)
    assert len(acknowledged) >= 12
    assert set(acknowledged) <= dismissed
