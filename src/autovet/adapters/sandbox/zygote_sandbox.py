"""The sandbox: a zygote for each environment and project, and a job for each call."""

import asyncio
import os
from collections import OrderedDict
from collections.abc import Callable, Mapping
from typing import Any

from autovet.adapters.sandbox.interpreter import find_interpreter
from autovet.adapters.sandbox.running_job import resolved_root
from autovet.adapters.sandbox.zygote_process import ZygoteGone, ZygoteProcess
from autovet.domain.errors import SandboxUnavailable
from autovet.domain.execution import Isolation, Job, StepOutcome
from autovet.domain.health import ComponentHealth

_ZYGOTES = 4
"""How many zygotes are kept; the one that was used least recently makes room."""

_Key = tuple[str, str | None]
OnEvent = Callable[[str, str, Mapping[str, Any]], None]


class ZygoteSandbox:
    """Runs code that nobody trusts; an instance belongs to the event loop that first uses it.

    Args:
        allow_unisolated: whether to run code also where the host offers no isolation.
        use_namespaces: False to do without namespaces where they would be to be had.
        parallel: how many jobs run at the same time; by default one a core.
        on_event: is told of a zygote that was replaced (``sandbox.restarted``).
    """

    def __init__(
        self,
        *,
        allow_unisolated: bool = False,
        use_namespaces: bool = True,
        parallel: int | None = None,
        on_event: OnEvent = lambda *_: None,
    ) -> None:
        self._on_event = on_event
        self._allow_unisolated = allow_unisolated
        self._use_namespaces = use_namespaces
        self._slots = asyncio.Semaphore(parallel or os.cpu_count() or 1)
        self._starting = asyncio.Lock()
        self._zygotes: OrderedDict[_Key, ZygoteProcess] = OrderedDict()
        self._busy: dict[ZygoteProcess, int] = {}
        self._isolation: Isolation | None = None
        self._failure = ""
        self._restarts = 0
        self._jobs = 0
        self._closed = False

    async def isolation(self) -> Isolation:
        """Which layers hold on this host; found out by trying them once."""
        if self._isolation is not None:
            return self._isolation
        try:
            zygote = await self._zygote((find_interpreter(None), None))
        except SandboxUnavailable as error:
            return Isolation({}, isolated=False, reason=str(error))
        return zygote.isolation

    async def run(self, job: Job) -> tuple[StepOutcome, ...]:
        """Run the steps, each against a fresh module; one outcome a step, in order.

        The budget counts from when the job gets its turn and its zygote is ready.

        Raises:
            SandboxUnavailable: this host cannot isolate a run.
        """
        if not job.steps:
            return ()
        key = (find_interpreter(job.environment), resolved_root(job))
        async with self._slots:
            try:
                return await self._run_once(key, job)
            except ZygoteGone:  # it is replaced once; a job cannot bring its zygote down
                try:
                    return await self._run_once(key, job)
                except ZygoteGone as error:
                    self._failure = f"the zygote ended twice: {error}"
                    raise SandboxUnavailable(self._failure) from error

    async def _run_once(self, key: _Key, job: Job) -> tuple[StepOutcome, ...]:
        zygote = await self._zygote(key)
        if not zygote.isolation.isolated and not self._allow_unisolated:
            raise SandboxUnavailable(zygote.isolation.reason)
        self._busy[zygote] = self._busy.get(zygote, 0) + 1
        try:
            outcomes = await zygote.run(job)
        finally:
            self._busy[zygote] -= 1
            if not self._busy[zygote]:
                del self._busy[zygote]
        self._jobs += 1
        return outcomes

    async def _zygote(self, key: _Key) -> ZygoteProcess:
        async with self._starting:
            if self._closed:
                raise SandboxUnavailable("the sandbox is closed")
            zygote = self._zygotes.get(key)
            if zygote is not None and zygote.alive:
                self._zygotes.move_to_end(key)
                return zygote
            if zygote is not None and self._refuses(zygote):
                return zygote
            if zygote is not None:
                await zygote.aclose()
                self._restarts += 1
                self._on_event("sandbox.restarted", "sandbox", {"python": key[0]})
            await self._make_room()
            try:
                zygote = await ZygoteProcess.start(
                    *key, namespaces=self._use_namespaces, unisolated=self._allow_unisolated
                )
            except SandboxUnavailable as error:
                self._failure = str(error)
                raise
            self._failure = zygote.isolation.reason
            self._isolation = self._isolation or zygote.isolation
            self._zygotes[key] = zygote
            return zygote

    def _refuses(self, zygote: ZygoteProcess) -> bool:
        return not zygote.isolation.isolated and not self._allow_unisolated

    async def _make_room(self) -> None:
        idle = [key for key, zygote in self._zygotes.items() if zygote not in self._busy]
        for key in idle[: max(0, len(self._zygotes) - _ZYGOTES + 1)]:
            await self._zygotes.pop(key).aclose()

    def health(self) -> ComponentHealth:
        """How it is, without waiting for anything."""
        running = [zygote for zygote in self._zygotes.values() if zygote.alive]
        if self._isolation is None:
            state = "failed" if self._failure else "idle"
        elif not self._isolation.isolated and not self._allow_unisolated:
            state = "failed"
        else:
            state = "ready" if running else "idle"
        layers = {} if self._isolation is None else dict(self._isolation.layers)
        return ComponentHealth(
            name="sandbox",
            state=state,
            restarts=self._restarts,
            pid=running[-1].pid if running else None,
            reason=self._failure,
            detail={"zygotes": len(running), "jobs": self._jobs, "layers": layers},
        )

    async def aclose(self) -> None:
        """End every zygote and all that they started; a second call does nothing."""
        self._closed = True
        async with self._starting:
            zygotes = list(self._zygotes.values())
            self._zygotes.clear()
        await asyncio.gather(*(zygote.aclose() for zygote in zygotes), return_exceptions=True)
