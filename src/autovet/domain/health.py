"""How the system itself is."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from autovet.domain.severity import Severity


class Wellbeing(StrEnum):
    """The overall health in one word."""

    HEALTHY = "healthy"
    DEGRADED = "degraded"
    UNHEALTHY = "unhealthy"


@dataclass(frozen=True, slots=True)
class Alert:
    """Something an operator should know, with the action that helps."""

    name: str
    severity: Severity
    message: str
    action: str
    value: float
    limit: float
    since: float


@dataclass(frozen=True, slots=True)
class ProcessUsage:
    """One process of ours: CPU in percent of a core, memory in bytes.

    Attributes:
        rss_bytes: what it holds, with what it shares with others.
        pss_bytes: with its part of what is shared; 0 where the system does not tell.
    """

    pid: int
    role: str
    cpu_percent: float
    rss_bytes: int
    pss_bytes: int = 0


@dataclass(frozen=True, slots=True)
class HostSample:
    """One look at the host and our process tree.

    Attributes:
        cpu_percent: of all cores together, 0 to 100.
        memory_used_bytes: of the host, or of the container where its limit binds.
        disk_free_bytes: on the file system that holds the store.
        loop_lag_ms: how late the event loop ran a callback at worst since the last look.
        open_files_limit: how many files this process may open; 0 where that is not known.
        cores: how many cores share the load.
    """

    at: float
    cpu_percent: float
    memory_used_bytes: int
    memory_total_bytes: int
    disk_free_bytes: int
    disk_total_bytes: int
    open_files: int
    load_1m: float
    loop_lag_ms: float
    processes: tuple[ProcessUsage, ...] = ()
    open_files_limit: int = 0
    cores: int = 1


@dataclass(frozen=True, slots=True)
class ComponentHealth:
    """One component: an analyzer, the worker pool, the sandbox, the store, a loop.

    Attributes:
        state: ``ready``, ``starting``, ``idle`` (not needed yet), ``resting`` or ``failed``.
        restarts: how often it was restarted since the start.
        detail: further figures, JSON-serialisable.
    """

    name: str
    state: str
    restarts: int = 0
    pid: int | None = None
    reason: str = ""
    detail: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Health:
    """Everything that monitoring reports at one moment."""

    overall: Wellbeing
    sample: HostSample
    components: tuple[ComponentHealth, ...] = ()
    alerts: tuple[Alert, ...] = ()
    recommendations: tuple[str, ...] = ()
    baselines: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
