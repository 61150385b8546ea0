"""A clock that only moves when a test moves it."""

import asyncio
import heapq
import itertools

_SETTLING_ROUNDS = 50


class VirtualClock:
    """A ``Clock`` that starts at ``start`` seconds since the epoch."""

    def __init__(self, start=1_000_000.0):
        self._start = start
        self._elapsed = 0.0
        self._sleepers = []
        self._order = itertools.count()

    def time(self):
        return self._start + self._elapsed

    def monotonic(self):
        return self._elapsed

    async def sleep(self, seconds):
        if seconds <= 0:
            await asyncio.sleep(0)
            return
        due = asyncio.get_running_loop().create_future()
        heapq.heappush(self._sleepers, (self._elapsed + seconds, next(self._order), due))
        await due

    async def advance(self, seconds):
        """Let time pass, and everybody who sleeps wake at their moment."""
        end = self._elapsed + seconds
        await self._settle()
        while self._sleepers and self._sleepers[0][0] <= end:
            moment, _, due = heapq.heappop(self._sleepers)
            self._elapsed = max(self._elapsed, moment)
            if not due.done():
                due.set_result(None)
            await self._settle()
        self._elapsed = end

    async def _settle(self):
        for _ in range(_SETTLING_ROUNDS):
            await asyncio.sleep(0)
