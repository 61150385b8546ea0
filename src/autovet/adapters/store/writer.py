"""Brings the backlog to the database."""

import asyncio
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any

from autovet.adapters.store.access import FIRST_DELAY_S, LOCK_PATIENCE_S, LONGEST_DELAY_S, Access
from autovet.adapters.store.backlog import Backlog, Row
from autovet.adapters.store.faults import Fault, describe
from autovet.domain.errors import StoreError

BATCH_ROWS = 500
BATCH_DELAY_S = 2.0
"""A batch costs one to three milliseconds of a processor, however small: a busy service writes
every two seconds. What must not be lost, outcomes and states, is flushed by whoever puts it."""
_LAST_CHANCE_S = 5.0
_REPAIR_TRIES = 3


class Writer:
    """Writes in batches, in a task that exists only while there is something to write.

    Attributes:
        trouble: why nothing can be written at present; empty when all is well.
        written: rows on disk.
        lost: rows that were dropped for want of memory, refused by the database or given up.
    """

    def __init__(
        self,
        access: Access,
        backlog: Backlog,
        announce: Callable[[str, Mapping[str, Any]], None],
    ) -> None:
        """``announce`` gets the kind and facts of what happens to the store."""
        self.trouble = ""
        self.written = 0
        self._rejected = 0
        self._given_up = 0
        self._told: dict[str, int] = {}
        self._tries = 0
        self._access = access
        self._backlog = backlog
        self._announce = announce
        self._task: asyncio.Task[None] | None = None
        self._hurry = asyncio.Event()
        self._waiters: list[asyncio.Future[str]] = []
        self._locked_since: float | None = None

    @property
    def lost(self) -> int:
        """How many rows will never be on disk."""
        return self._rejected + self._given_up + sum(self._backlog.dropped.values())

    def put(self, row: Row) -> None:
        """Take a row in and see to it that it gets written."""
        self._backlog.put(row)
        with suppress(RuntimeError):  # outside an event loop the next flush writes it
            self._ensure_task()
        if len(self._backlog) >= BATCH_ROWS and not self.trouble:
            self._hurry.set()

    def _ensure_task(self) -> None:
        loop = asyncio.get_running_loop()
        if self._task and not self._task.done() and self._task.get_loop() is loop:
            return
        # An event belongs to the loop in which it is first awaited.
        self._hurry = asyncio.Event()
        self._task = loop.create_task(self._run(), name="autovet-store-writer")
        self._task.add_done_callback(lambda _: self._tell_waiters(""))

    async def flush(self) -> None:
        """Wait until everything put so far is on disk.

        Raises:
            StoreError: it cannot be written now; it stays in memory and is tried again.
        """
        ticket = self._backlog.newest
        while self._backlog.waiting_for(ticket):
            self._ensure_task()
            waiter: asyncio.Future[str] = asyncio.get_running_loop().create_future()
            self._waiters.append(waiter)
            self._hurry.set()
            if trouble := await waiter:
                raise StoreError(f"the store cannot be written: {trouble}")

    async def stop(self, patience_s: float) -> None:
        """Write what is left and end the task; what cannot be written is counted as lost."""
        with suppress(StoreError, TimeoutError):
            async with asyncio.timeout(patience_s):
                await self.flush()
        if self._backlog:
            self._given_up += self._backlog.discard()
        task, self._task = self._task, None
        if task and task.get_loop() is asyncio.get_running_loop():
            if self.trouble:
                task.cancel()
            await asyncio.wait([task])

    async def _run(self) -> None:
        try:
            await self._pause(BATCH_DELAY_S)
            await self._drain()
        except asyncio.CancelledError:
            # The event loop is about to close, as at the end of ``asyncio.run``.
            with suppress(TimeoutError):
                async with asyncio.timeout(_LAST_CHANCE_S):
                    await self._drain(last_chance=True)
            raise

    async def _drain(self, *, last_chance: bool = False) -> None:
        delay = FIRST_DELAY_S
        self._backlog.put_back()
        while self._backlog:
            try:
                await self._write_all()
            except Exception as error:  # noqa: BLE001 (rows must outlive whatever a driver raises)
                patient = await self._after(error)
                if last_chance and not patient:
                    return
                at_once = patient and self._locked_since is None
                await self._pause(0 if at_once else delay)
                delay = min(2 * delay, LONGEST_DELAY_S)
            else:
                delay = FIRST_DELAY_S

    async def _write_all(self) -> None:
        database = await self._access.open()
        while batch := self._backlog.take(BATCH_ROWS):
            await database.write(tuple(batch))
            self.written += self._backlog.settle()
            self._succeeded()

    async def _after(self, error: Exception) -> bool:
        """Prepare the next try; tells whether it promises to succeed."""
        handed_out = self._backlog.handed_out
        fault = await self._access.repair(error)
        if fault is Fault.REJECTED and handed_out == 1:
            self._rejected += self._backlog.settle()
            self._announce("store.rejected", {"reason": describe(error)})
            return True
        self._backlog.put_back(suspect=fault is Fault.REJECTED)
        self._tries += 1
        if self._promises(fault, handed_out):
            return True
        if not self.trouble:
            self._announce("store.failed", {"reason": describe(error)})
        self.trouble = describe(error)
        self._tell_waiters(self.trouble)
        return False

    def _promises(self, fault: Fault, handed_out: int) -> bool:
        if fault is Fault.LOCKED:
            self._locked_since = self._locked_since or time.monotonic()
            return time.monotonic() - self._locked_since < LOCK_PATIENCE_S
        if fault is Fault.REJECTED:
            return handed_out > 1
        return fault is not Fault.UNAVAILABLE and self._tries <= _REPAIR_TRIES

    def _succeeded(self) -> None:
        self._tries, self._locked_since = 0, None
        dropped = {
            table: count - self._told.get(table, 0)
            for table, count in self._backlog.dropped.items()
            if count > self._told.get(table, 0)
        }
        if self.trouble or dropped:
            self._told = dict(self._backlog.dropped)
            self._announce("store.recovered", {"after": self.trouble, "dropped": dropped})
        self.trouble = self._access.trouble = ""
        self._tell_waiters("")

    def _tell_waiters(self, trouble: str) -> None:
        waiters, self._waiters = self._waiters, []
        for waiter in waiters:
            if not waiter.done():
                waiter.set_result(trouble)

    async def _pause(self, seconds: float) -> None:
        with suppress(TimeoutError):
            await asyncio.wait_for(self._hurry.wait(), seconds)
        self._hurry.clear()
