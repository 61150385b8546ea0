"""An in-process job queue with workers, retries and a result store."""

from __future__ import annotations

import asyncio
import enum
import itertools
import logging
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

logger = logging.getLogger(__name__)

Handler = Callable[[dict[str, Any]], Awaitable[Any]]


class State(enum.Enum):
    """Where a job stands."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


@dataclass
class Job:
    """One piece of work."""

    id: int
    name: str
    payload: dict[str, Any]
    max_attempts: int = 3
    attempts: int = 0
    state: State = State.QUEUED
    result: Any = None
    error: str | None = None
    done: asyncio.Event = field(default_factory=asyncio.Event)


class JobQueue:
    """Runs jobs on a fixed number of workers."""

    def __init__(self, workers: int = 4, base_delay: float = 0.5) -> None:
        self._workers = workers
        self._base_delay = base_delay
        self._handlers: dict[str, Handler] = {}
        self._queue: asyncio.Queue[Job] = asyncio.Queue()
        self._jobs: dict[int, Job] = {}
        self._ids = itertools.count(1)
        self._tasks: list[asyncio.Task[None]] = []

    def register(self, name: str, handler: Handler) -> None:
        """Say which coroutine function runs the jobs of a name."""
        self._handlers[name] = handler

    def submit(self, name: str, payload: dict[str, Any], max_attempts: int = 3) -> Job:
        """Queue a job.

        Raises:
            KeyError: nobody registered a handler for the name.
        """
        if name not in self._handlers:
            raise KeyError(f"no handler for {name!r}")
        job = Job(next(self._ids), name, payload, max_attempts)
        self._jobs[job.id] = job
        self._queue.put_nowait(job)
        return job

    async def start(self) -> None:
        """Start the workers."""
        self._tasks = [asyncio.create_task(self._work(n)) for n in range(self._workers)]

    async def stop(self) -> None:
        """Wait for the queue to drain and stop the workers."""
        await self._queue.join()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _work(self, number: int) -> None:
        while True:
            job = await self._queue.get()
            try:
                await self._run(job)
            finally:
                self._queue.task_done()
                logger.debug("worker %d finished job %d", number, job.id)

    async def _run(self, job: Job) -> None:
        job.state = State.RUNNING
        while job.attempts < job.max_attempts:
            job.attempts += 1
            try:
                job.result = await self._handlers[job.name](job.payload)
            except Exception as error:
                job.error = repr(error)
                logger.exception("job %d failed (attempt %d)", job.id, job.attempts)
                delay = self._base_delay * 2 ** (job.attempts - 1)
                await asyncio.sleep(delay + random.uniform(0, delay))
            else:
                job.state = State.DONE
                break
        else:
            job.state = State.FAILED
        job.done.set()
