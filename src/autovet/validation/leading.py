"""Who of the processes that share a store does what is to be done once."""

import os
import uuid
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from autovet.domain.retention import Retention
from autovet.ports import Clock, Store

_LONGER = 2.5
"""A lease lasts for so many intervals: a leader that dies is replaced after two missed turns."""


class Leadership:
    """A claim to lead in one matter.

    Attributes:
        leads: whether the last claim was granted.
    """

    def __init__(self, store: Store, clock: Clock, matter: str, interval_s: float) -> None:
        self._store = store
        self._clock = clock
        self._matter = matter
        self._lease_s = _LONGER * interval_s
        self._owner = f"{os.getpid()}-{uuid.uuid4().hex[:8]}"
        self.leads = False

    async def claim(self) -> bool:
        """Become or stay the leader; False while another process leads.

        Raises:
            StoreError: the store cannot be asked.
        """
        now = self._clock.time()
        self.leads = await self._store.take_lease(
            self._matter, self._owner, now, now + self._lease_s
        )
        return self.leads

    async def resign(self) -> None:
        """Let another process lead at once."""
        if self.leads:
            now = self._clock.time()
            await self._store.take_lease(self._matter, self._owner, now, now)
            self.leads = False


def optimizing(
    leadership: Leadership,
    store: Store,
    clock: Clock,
    retention: Retention,
    analyze: Callable[[], Awaitable[Mapping[str, Any]]],
    follow: Callable[[], Awaitable[Mapping[str, Any]]],
) -> Callable[[], Awaitable[Mapping[str, Any]]]:
    """The step of the optimization loop: the leader analyses and keeps the store, others follow."""

    async def step() -> Mapping[str, Any]:
        if not await leadership.claim():
            return await follow()
        maintenance = await store.maintain(retention, clock.time())
        report = await analyze()
        return {**report, "maintenance": {"hours": maintenance.hours, **maintenance.deleted}}

    return step
