"""The pool of workers behind the ``Inspector`` port."""

import asyncio
import os
from collections.abc import Callable, Mapping
from typing import Any

from autovet.adapters.workers.frames import InspectRequest
from autovet.adapters.workers.worker import Worker
from autovet.domain.admission import Admission, Refusal
from autovet.domain.context import Context
from autovet.domain.errors import AnalyzerError, AnalyzerTimeout, AnalyzerUnavailable
from autovet.domain.health import ComponentHealth
from autovet.domain.inspection import Inspection
from autovet.domain.source import Source

OnEvent = Callable[[str, str, Mapping[str, Any]], None]


class PendingInspection:
    """The two answers that an inspection will give."""

    def __init__(self) -> None:
        loop = asyncio.get_running_loop()
        self.admission: asyncio.Future[Admission] = loop.create_future()
        self.report: asyncio.Future[Inspection] = loop.create_future()

    def fail(self, error: AnalyzerError) -> None:
        """Give the error as the answer to whoever still waits."""
        for future in (self.admission, self.report):
            if not future.done():
                future.set_exception(error)
                future.exception()  # a cancelled caller may never look at it

    def answer(self, future: asyncio.Future[Any], value: object) -> None:
        """Set an answer unless the caller has gone."""
        if not future.done():
            future.set_result(value)


class WorkerPool:
    """Hands each inspection to a free worker, and replaces workers that crash or hang.

    Args:
        size: how many processes there are at most.
        on_event: is told of workers that had to be replaced.
        environment: variables that the processes get beside those of this one.
    """

    def __init__(
        self,
        size: int | None = None,
        *,
        on_event: OnEvent | None = None,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        self._environment = dict(environment or {})
        self._size = size or min(os.cpu_count() or 1, 8)
        self._on_event = on_event or (lambda *_: None)
        self._workers: list[Worker] = []
        self._free: asyncio.Queue[Worker] | None = None
        self._serving: set[asyncio.Task[None]] = set()
        self._restarts = 0
        self._inspected = 0
        self._closed = False

    @property
    def size(self) -> int:
        """How many workers there are at most."""
        return self._size

    def pids(self) -> Mapping[int, str]:
        """The running processes."""
        return {worker.pid: "worker" for worker in self._workers if worker.pid is not None}

    async def warm(self) -> None:
        """Start all workers, so that no request waits for one."""
        self._queue()
        starts = [worker.start() for worker in self._workers]
        # all of them end before this does: without return_exceptions a cancelled gather would
        # leave its slower members to themselves
        for failure in await asyncio.gather(*starts, return_exceptions=True):
            if isinstance(failure, BaseException):
                raise failure

    def inspect(
        self, source: Source, context: Context, *, admission_s: float, inspection_s: float
    ) -> PendingInspection:
        """Start an inspection; the worker is free again when it ends, whoever still waits."""
        pending = PendingInspection()
        if self._closed:
            pending.fail(AnalyzerUnavailable("the worker pool is closed"))
            return pending
        request = InspectRequest(source, context)
        task = asyncio.create_task(self._serve(request, pending, admission_s, inspection_s))
        self._serving.add(task)
        task.add_done_callback(self._serving.discard)
        return pending

    def health(self) -> ComponentHealth:
        """State, restarts and how much is going on."""
        alive = len(self.pids())
        return ComponentHealth(
            name="workers",
            state="ready" if alive else "idle",
            restarts=self._restarts,
            detail={
                "processes": alive,
                "size": self._size,
                "busy_or_waiting": len(self._serving),
                "inspected": self._inspected,
            },
        )

    async def aclose(self) -> None:
        """Stop every worker; what is still waited for fails."""
        self._closed = True
        for task in list(self._serving):
            task.cancel()
        await asyncio.gather(*self._serving, return_exceptions=True)
        kills = [worker.kill() for worker in self._workers]
        await asyncio.gather(*kills, return_exceptions=True)
        self._workers.clear()
        self._free = None

    def _queue(self) -> "asyncio.Queue[Worker]":
        if self._free is None:
            # first in, first out: who has just answered is still clearing up
            self._free = asyncio.Queue()
            self._workers = [Worker(self._environment) for _ in range(self._size)]
            for worker in self._workers:
                self._free.put_nowait(worker)
        return self._free

    async def _serve(
        self,
        request: InspectRequest,
        pending: PendingInspection,
        admission_s: float,
        inspection_s: float,
    ) -> None:
        queue = self._queue()
        try:
            worker = await queue.get()
        except asyncio.CancelledError:
            pending.fail(AnalyzerUnavailable("the worker pool was closed"))
            raise
        try:
            await worker.start()
            await worker.ask(request)
            await self._converse(worker, pending, admission_s, inspection_s)
        except AnalyzerError as error:
            pending.fail(error)
            await self._replace(worker, error, request)
        except Exception as error:  # noqa: BLE001 (whatever it was, the caller must not wait for ever)
            failure = AnalyzerUnavailable(f"the worker pool failed: {error!r}")
            pending.fail(failure)
            await self._replace(worker, failure, request)
        except asyncio.CancelledError:
            pending.fail(AnalyzerUnavailable("the worker pool was closed"))
            await worker.kill()
            raise
        finally:
            self._inspected += 1
            queue.put_nowait(worker)

    async def _converse(
        self, worker: Worker, pending: PendingInspection, admission_s: float, inspection_s: float
    ) -> None:
        """Pass the two answers on; a parser that crashes or hangs is a refusal by the gate."""
        try:
            first = await worker.answer(admission_s)
        except AnalyzerTimeout:
            message = f"the parser did not finish within {admission_s:.1f} s"
            pending.answer(pending.admission, _refusal("parser-timeout", message))
            pending.answer(pending.report, Inspection())
            raise
        except AnalyzerUnavailable:
            message = "the parser crashed on it, in a process of its own"
            pending.answer(pending.admission, _refusal("parser-crashed", message))
            pending.answer(pending.report, Inspection())
            raise
        if first.admission is None:
            raise AnalyzerUnavailable(first.failure or "the worker answered garbage")
        pending.answer(pending.admission, first.admission)
        second = await worker.answer(inspection_s)
        if second.inspection is not None:
            pending.answer(pending.report, second.inspection)
        elif second.failure is not None:
            pending.fail(AnalyzerUnavailable(f"our own pass failed: {second.failure}"))
        else:
            raise AnalyzerUnavailable("the worker answered garbage")

    async def _replace(self, worker: Worker, error: AnalyzerError, request: InspectRequest) -> None:
        self._restarts += 1
        kind = "worker.timeout" if isinstance(error, AnalyzerTimeout) else "worker.crashed"
        self._on_event(kind, "workers", {"why": str(error), "path": request.source.path})
        await worker.kill()


def _refusal(code: Any, message: str) -> Admission:
    return Admission(refusal=Refusal(code, message))
