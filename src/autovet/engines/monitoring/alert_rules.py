"""When to alarm an operator, as data."""

from dataclasses import dataclass

from autovet.domain.severity import Severity


@dataclass(frozen=True, slots=True)
class AlertRule:
    """Raise above ``above`` for ``samples`` samples in a row, clear below ``below``.

    ``message`` and ``action`` are format strings over ``value``, ``limit``, the words and those
    figures that are known whenever ``figure`` is.
    """

    name: str
    figure: str
    above: float
    below: float
    samples: int
    severity: Severity
    message: str
    action: str


ALERT_RULES = (
    AlertRule(
        name="cpu-saturated",
        figure="cpu_percent",
        above=95,
        below=80,
        samples=5,
        severity=Severity.WARNING,
        message="The processors are {value:.0f}% busy (limit {limit:.0f}%).",
        action="This layer's own processes take {own_cpu_percent:.0f}% of one core: "
        "lower the number of workers if that is most of it, else move other work elsewhere.",
    ),
    AlertRule(
        name="load-high",
        figure="load_per_core",
        above=4,
        below=2,
        samples=5,
        severity=Severity.WARNING,
        message="{value:.1f} tasks wait or run for each core (limit {limit:.0f}).",
        action="Validate fewer sources at a time, or move other work elsewhere.",
    ),
    AlertRule(
        name="memory-low",
        figure="memory_percent",
        above=90,
        below=85,
        samples=2,
        severity=Severity.WARNING,
        message="Memory is {value:.0f}% used, {memory_free_mb:.0f} MB are left.",
        action="This layer holds {own_memory_mb:.0f} MB, most of it in {largest}: "
        "lower the number of workers or give the host more memory.",
    ),
    AlertRule(
        name="memory-exhausted",
        figure="memory_percent",
        above=97,
        below=92,
        samples=2,
        severity=Severity.ERROR,
        message="Memory is {value:.1f}% used, {memory_free_mb:.0f} MB are left: "
        "processes are about to be killed.",
        action="Free memory now. This layer holds {own_memory_mb:.0f} MB, most in {largest}.",
    ),
    AlertRule(
        name="own-memory-growing",
        figure="own_memory_mb_deviation",
        above=8,
        below=4,
        samples=3,
        severity=Severity.WARNING,
        message="This layer holds {own_memory_mb:.0f} MB, usual are {own_memory_mb_usual:.0f} MB.",
        action="Restart {largest} if it keeps growing.",
    ),
    AlertRule(
        name="disk-low",
        figure="disk_used_percent",
        above=95,
        below=92,
        samples=1,
        severity=Severity.WARNING,
        message="The disk of the store is {value:.1f}% full, {disk_free_mb:.0f} MB are left.",
        action="Delete what is not needed there, or put the store on another disk.",
    ),
    AlertRule(
        name="disk-full",
        figure="disk_used_percent",
        above=99.5,
        below=98,
        samples=1,
        severity=Severity.ERROR,
        message="The disk of the store is {value:.1f}% full, {disk_free_mb:.0f} MB are left: "
        "records will be lost.",
        action="Free space on it now.",
    ),
    AlertRule(
        name="open-files-high",
        figure="open_files_percent",
        above=80,
        below=60,
        samples=2,
        severity=Severity.WARNING,
        message="{open_files:.0f} files and sockets are open, {value:.0f}% of what is allowed.",
        action="Raise the limit (ulimit -n) or look for a leak of files or sockets.",
    ),
    AlertRule(
        name="event-loop-blocked",
        figure="loop_lag_ms",
        above=200,
        below=50,
        samples=3,
        severity=Severity.WARNING,
        message="The event loop runs callbacks {value:.0f} ms late (limit {limit:.0f} ms).",
        action="Look for blocking calls in the application that shares the event loop; "
        "the processors are {cpu_percent:.0f}% busy.",
    ),
)
