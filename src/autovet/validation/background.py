"""Keeps the engines' background loops running."""

import asyncio
import random
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from autovet.domain.event import Event
from autovet.domain.health import ComponentHealth
from autovet.ports import Clock

Step = Callable[[], Awaitable[Mapping[str, Any]]]

INTERVALS_S: Mapping[str, float] = {"monitoring": 60.0, "optimization": 300.0, "learning": 600.0}
"""How often each loop runs unless told otherwise, in seconds."""

_JITTER = 0.1
_FIRST_BACK_OFF_S = 1.0
_OVERDUE = 3
"""A step that runs for this many intervals is reported as hanging."""


@dataclass(slots=True)
class _Loop:
    """One loop and what is known about it; moments are of the monotonic clock."""

    name: str
    interval_s: float
    step: Step
    runs: int = 0
    failures: int = 0
    failures_in_a_row: int = 0
    last_run_at: float | None = None
    last_elapsed_s: float | None = None
    last_result_size: int | None = None
    last_error: str = ""
    running_since: float | None = None
    next_run: float | None = None


@dataclass(slots=True)
class BackgroundLoops:
    """Runs each step again and again, and a failing one after a growing pause.

    A loop never overlaps with itself. The first run comes within a tenth of the interval, later
    ones after the interval, each with up to ``jitter`` of it more or less, so that processes
    started together do not stay in step.

    Args:
        steps: the name of each loop to what it does.
        clock: the time that it runs on.
        record: is told of failures and recoveries (``loop.failed``, ``loop.recovered``).
        intervals_s: seconds between the runs of a loop, by name.
        jitter: 0 to 1, a share of the interval.
    """

    steps: Mapping[str, Step]
    clock: Clock
    record: Callable[[Event], None]
    intervals_s: Mapping[str, float] = field(default_factory=lambda: INTERVALS_S)
    jitter: float = _JITTER
    _loops: dict[str, _Loop] = field(init=False)
    _tasks: list[asyncio.Task[None]] = field(init=False, default_factory=list)

    def __post_init__(self) -> None:
        """Set up the loops, not running yet."""
        self._loops = {
            name: _Loop(name, self.intervals_s[name], step) for name, step in self.steps.items()
        }

    @property
    def running(self) -> bool:
        """Whether the loops run in the event loop that is running now."""
        loop = asyncio.get_running_loop()
        return any(task.get_loop() is loop and not task.done() for task in self._tasks)

    def start(self) -> None:
        """Run the loops in the running event loop; does nothing when they run there already.

        Raises:
            RuntimeError: no event loop is running.
        """
        if self.running:
            return
        self._tasks = [
            asyncio.get_running_loop().create_task(self._keep_running(loop), name=f"autovet-{name}")
            for name, loop in self._loops.items()
        ]

    async def aclose(self) -> None:
        """Stop the loops, in the middle of a step too; a second call does nothing."""
        here = asyncio.get_running_loop()
        tasks = [task for task in self._tasks if task.get_loop() is here]
        self._tasks = []
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _keep_running(self, loop: _Loop) -> None:
        pause = loop.interval_s * self.jitter * random.random()  # noqa: S311 (no secret)
        while True:
            loop.next_run = self.clock.monotonic() + pause
            await self.clock.sleep(pause)
            if await self._run_once(loop):
                spread = 1 + self.jitter * random.uniform(-1, 1)  # noqa: S311 (no secret)
                pause = loop.interval_s * spread
            else:
                doublings = min(loop.failures_in_a_row - 1, 30)
                pause = min(_FIRST_BACK_OFF_S * 2**doublings, loop.interval_s)

    async def _run_once(self, loop: _Loop) -> bool:
        started = loop.running_since = self.clock.monotonic()
        loop.runs += 1
        loop.last_run_at = self.clock.time()
        try:
            result = await loop.step()
        except asyncio.CancelledError:
            task = asyncio.current_task()
            if task is None or task.cancelling():
                raise
            self._failed(loop, "the step was cancelled from inside")
            return False
        except Exception as error:  # noqa: BLE001 (a loop must outlive whatever its step raises)
            self._failed(loop, f"{type(error).__name__}: {error}")
            return False
        finally:
            loop.running_since = None
            loop.last_elapsed_s = self.clock.monotonic() - started
        if loop.failures_in_a_row:
            detail = {"failures": loop.failures_in_a_row, "error": loop.last_error}
            self.record(Event(self.clock.time(), "loop.recovered", loop.name, detail))
        loop.failures_in_a_row = 0
        loop.last_result_size = len(result)
        return True

    def _failed(self, loop: _Loop, error: str) -> None:
        loop.failures += 1
        loop.failures_in_a_row += 1
        loop.last_error = error
        detail = {"failures": loop.failures_in_a_row, "error": error}
        self.record(Event(self.clock.time(), "loop.failed", loop.name, detail))

    def status(self) -> dict[str, Any]:
        """For each loop its interval, runs, failures, last run, last error and next run.

        Moments are seconds since the epoch; ``last_result_size`` counts the keys of the result.
        """
        return {loop.name: self._describe(loop) for loop in self._loops.values()}

    def _describe(self, loop: _Loop) -> dict[str, Any]:
        now = self.clock.monotonic()
        next_in = None if loop.next_run is None else max(0.0, loop.next_run - now)
        return {
            "interval_s": loop.interval_s,
            "runs": loop.runs,
            "failures": loop.failures,
            "failures_in_a_row": loop.failures_in_a_row,
            "last_run_at": loop.last_run_at,
            "last_elapsed_s": loop.last_elapsed_s,
            "last_result_size": loop.last_result_size,
            "last_error": loop.last_error or None,
            "running_for_s": None if loop.running_since is None else now - loop.running_since,
            "next_run_in_s": next_in if loop.running_since is None else None,
        }

    def components(self) -> tuple[ComponentHealth, ...]:
        """The health of each loop, as monitoring looks at components."""
        return tuple(self._component(loop) for loop in self._loops.values())

    def _component(self, loop: _Loop) -> ComponentHealth:
        state, reason = ("ready" if self._tasks else "idle"), ""
        now = self.clock.monotonic()
        if loop.failures_in_a_row:
            state, reason = "resting", loop.last_error
        elif loop.running_since is not None:
            ran = now - loop.running_since
            if ran > _OVERDUE * loop.interval_s:
                state, reason = "failed", f"its step has been running for {ran:.0f} s"
        return ComponentHealth(
            f"loop:{loop.name}",
            state,
            restarts=loop.failures,
            reason=reason,
            detail=self._describe(loop),
        )

    def health(self) -> ComponentHealth:
        """All loops in one: the worst of them."""
        parts = self.components()
        order = {"failed": 0, "resting": 1, "ready": 2, "idle": 3}
        if not parts:
            return ComponentHealth("loops", "idle")
        worst = min(parts, key=lambda part: order[part.state])
        reason = f"{worst.name}: {worst.reason}" if worst.reason else ""
        return ComponentHealth(
            "loops",
            worst.state,
            restarts=sum(part.restarts for part in parts),
            reason=reason,
            detail=self.status(),
        )
