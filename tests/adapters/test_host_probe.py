import asyncio
import os
import subprocess
import sys
import time

import psutil

from autovet.adapters.host_probe import PsutilHostProbe


def test_a_sample_agrees_with_the_host(tmp_path):
    sample = asyncio.run(PsutilHostProbe(tmp_path / "not" / "yet").sample())
    assert abs(sample.at - time.time()) < 5
    assert 0 <= sample.cpu_percent <= 100
    assert 0 < sample.memory_used_bytes < sample.memory_total_bytes
    assert sample.memory_total_bytes <= psutil.virtual_memory().total
    assert 0 < sample.disk_total_bytes == psutil.disk_usage(str(tmp_path)).total
    assert 0 < sample.open_files < sample.open_files_limit
    assert sample.cores == os.cpu_count()
    (own,) = [usage for usage in sample.processes if usage.pid == os.getpid()]
    assert own.role == "service"
    assert own.rss_bytes > 5_000_000


def test_a_busy_child_is_seen_with_its_role(tmp_path):
    program = "import sys\nprint(flush=True)\nwhile True: pass"
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE) as child:
        child.stdout.readline()
        try:

            async def main():
                probe = PsutilHostProbe(tmp_path, lambda: {child.pid: "worker"})
                await probe.sample()
                await asyncio.sleep(0.5)
                return await probe.sample()

            sample = asyncio.run(main())
        finally:
            child.kill()
    (usage,) = [usage for usage in sample.processes if usage.pid == child.pid]
    assert usage.role == "worker"
    assert usage.cpu_percent > 10  # 100 on a free core
    assert sample.cpu_percent > 5


def test_open_files_are_counted(tmp_path):
    probe = PsutilHostProbe(tmp_path)
    before = asyncio.run(probe.sample()).open_files
    files = [(tmp_path / str(n)).open("w") for n in range(20)]
    after = asyncio.run(probe.sample()).open_files
    for file in files:
        file.close()
    assert 18 <= after - before <= 25


def test_a_blocked_event_loop_shows_as_lag(tmp_path):
    async def main():
        probe = PsutilHostProbe(tmp_path)
        await probe.sample()
        sampling = asyncio.ensure_future(probe.sample())
        await asyncio.sleep(0.005)
        time.sleep(0.2)
        return await sampling

    assert asyncio.run(main()).loop_lag_ms > 100
