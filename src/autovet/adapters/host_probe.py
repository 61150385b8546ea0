"""Looks at the host and our process tree with psutil."""

import asyncio
import os
import sys
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

import psutil

from autovet.adapters.cgroup_memory import container_memory
from autovet.adapters.loop_lag import lag_now
from autovet.domain.health import HostSample, ProcessUsage

if sys.platform != "win32":
    import resource

_FIRST_INTERVAL_S = 0.1


@dataclass(frozen=True, slots=True)
class _CpuTimes:
    """Readings that only mean something as differences, in seconds.

    ``processes`` maps a process, by id and moment of creation, to its processor time.
    """

    at: float
    busy: float = 0.0
    total: float = 0.0
    processes: Mapping[tuple[int, float], float] = field(default_factory=dict)


class PsutilHostProbe:
    """The ``HostProbe`` for Linux, macOS and Windows.

    CPU figures are over the time since the last sample; the first sample takes 0.1 s for them.

    Args:
        directory: where the store is; the figures of its file system are reported.
        roles: gives the roles of our processes by their id; others go by the program's name.
        lag: gives how late the event loop was at worst since the last look, in milliseconds.
    """

    def __init__(
        self,
        directory: Path,
        roles: Callable[[], Mapping[int, str]] = dict,
        lag: Callable[[], Awaitable[float]] = lag_now,
    ) -> None:
        self._directory = directory
        self._roles = roles
        self._lag = lag
        self._last: _CpuTimes | None = None

    async def sample(self) -> HostSample:
        """Take one look, in a thread."""
        if self._last is None:
            self._last = await asyncio.to_thread(self._cpu_times)
            await asyncio.sleep(_FIRST_INTERVAL_S)
        looking = asyncio.to_thread(self._look, self._last, dict(self._roles()))
        (sample, self._last), lag = await asyncio.gather(looking, self._lag())
        return replace(sample, loop_lag_ms=lag)

    def _cpu_times(self) -> _CpuTimes:
        at = time.monotonic()
        times = psutil.cpu_times()
        # Guest time is part of user time already; waiting for a disk is not being busy.
        total = sum(times) - getattr(times, "guest", 0.0) - getattr(times, "guest_nice", 0.0)
        idle = times.idle + getattr(times, "iowait", 0.0)
        processes = {}
        for process in _our_processes():
            try:
                with process.oneshot():
                    spent = process.cpu_times()
                    processes[process.pid, process.create_time()] = spent.user + spent.system
            except psutil.Error:
                continue
        return _CpuTimes(at, total - idle, total, processes)

    def _look(self, before: _CpuTimes, roles: Mapping[int, str]) -> tuple[HostSample, _CpuTimes]:
        now = self._cpu_times()
        elapsed = max(now.at - before.at, 1e-6)
        usages = []
        for (pid, created), spent in now.processes.items():
            try:
                process = psutil.Process(pid)
                role = roles.get(pid) or ("service" if pid == os.getpid() else process.name())
                rss = process.memory_info().rss
            except psutil.Error:
                continue
            cpu = 100 * (spent - before.processes.get((pid, created), 0.0)) / elapsed
            pss = 0 if pid == os.getpid() else _pss_bytes(process)
            usages.append(ProcessUsage(pid, role, round(max(0.0, cpu), 1), rss, pss))
        memory = psutil.virtual_memory()
        used, total = memory.total - memory.available, memory.total
        limited = container_memory()
        if limited and limited[1] < total:
            used, total = limited
        disk = psutil.disk_usage(str(_existing(self._directory)))
        ticks = now.total - before.total
        open_files, limit = _open_files()
        sample = HostSample(
            at=time.time(),
            cpu_percent=round(100 * (now.busy - before.busy) / ticks, 1) if ticks > 0 else 0.0,
            memory_used_bytes=used,
            memory_total_bytes=total,
            disk_free_bytes=disk.free,
            disk_total_bytes=disk.total,
            open_files=open_files,
            load_1m=psutil.getloadavg()[0],
            loop_lag_ms=0.0,
            processes=tuple(usages),
            open_files_limit=limit,
            cores=psutil.cpu_count() or 1,
        )
        return sample, now


def _pss_bytes(process: psutil.Process) -> int:
    """Milliseconds of reading in the kernel; 0 where it cannot be told."""
    try:
        return int(getattr(process.memory_full_info(), "pss", 0))
    except psutil.Error:
        return 0


def _our_processes() -> list[psutil.Process]:
    own = psutil.Process()
    try:
        return [own, *own.children(recursive=True)]
    except psutil.Error:
        return [own]


def _open_files() -> tuple[int, int]:
    process = psutil.Process()
    if sys.platform == "win32":
        return process.num_handles(), 0
    return process.num_fds(), max(0, resource.getrlimit(resource.RLIMIT_NOFILE)[0])


def _existing(directory: Path) -> Path:
    """The directory, or the nearest one above it that exists."""
    absolute = directory.absolute()
    return next(place for place in (absolute, *absolute.parents) if place.exists())
