"""When to alarm an operator, as data."""

from dataclasses import dataclass

from autovet.domain.severity import Severity


@dataclass(frozen=True, slots=True)
class AlertRule:
    """Raise above ``above`` for ``samples`` samples in a row, clear below ``below``.

    A ``figure`` with a ``*`` stands for every figure of that form, each with an alert of its own.
    ``message`` and ``action`` are format strings over ``value``, ``limit``, ``subject`` (what the
    ``*`` stood for), ``now`` and ``usual`` (of the figure that deviates), the words and those
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
        below=100,
        samples=2,
        severity=Severity.WARNING,
        message="The event loop ran a callback {value:.0f} ms late (limit {limit:.0f} ms).",
        action="Look for blocking calls in the application that shares the event loop; "
        "the processors are {cpu_percent:.0f}% busy.",
    ),
    AlertRule(
        name="process-growing",
        figure="process_mb:*_deviation",
        above=10,
        below=5,
        samples=2,
        severity=Severity.WARNING,
        message="{subject} holds {now:.0f} MB, usual are {usual:.0f} MB.",
        action="Restart it if that goes on; this layer holds most in {largest}.",
    ),
    AlertRule(
        name="stage-slow",
        figure="stage_ms:*_deviation",
        above=10,
        below=5,
        samples=2,
        severity=Severity.WARNING,
        message="{subject} takes {now:.1f} ms in the median, usual are {usual:.1f} ms.",
        action="Look at what changed for {subject}: its version, the machine, the kind of code.",
    ),
    AlertRule(
        name="category-fails-more",
        figure="failed_percent:*_deviation",
        above=6,
        below=3,
        samples=2,
        severity=Severity.WARNING,
        message="{subject} fails {now:.0f}% of the code, usual are {usual:.0f}%.",
        action="Compare a few of its newest findings with older ones: either the code that comes "
        "in has changed, or a rule of {subject} went wrong (autovet status names the rules).",
    ),
    AlertRule(
        name="undecided-more",
        figure="undecided_percent_deviation",
        above=6,
        below=3,
        samples=2,
        severity=Severity.WARNING,
        message="{now:.0f}% of the validations stay undecided, usual are {usual:.0f}%.",
        action="The reasons stand in the results; look for a component in trouble.",
    ),
    AlertRule(
        name="store-lagging",
        figure="store_pending",
        above=5_000,
        below=1_000,
        samples=2,
        severity=Severity.WARNING,
        message="{value:.0f} records wait to be written.",
        action="Look at the disk of the store, and for another process that locks it.",
    ),
    AlertRule(
        name="queue-long",
        figure="queued_per_worker",
        above=20,
        below=5,
        samples=2,
        severity=Severity.WARNING,
        message="{value:.0f} sources wait for each worker.",
        action="Validate fewer at a time, or give the host more cores and set more workers.",
    ),
)
