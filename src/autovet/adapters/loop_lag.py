"""How late the event loop runs its callbacks."""

import asyncio

_PROBE_S = 0.02
_EVERY_S = 0.25


async def lag_now() -> float:
    """How late a callback comes that is due in 20 ms, in milliseconds."""
    loop = asyncio.get_running_loop()
    due = loop.time() + _PROBE_S
    late: asyncio.Future[float] = loop.create_future()

    def arrive() -> None:
        if not late.done():
            late.set_result(loop.time() - due)

    timer = loop.call_at(due, arrive)
    try:
        return round(1000 * max(0.0, await late), 2)
    finally:
        timer.cancel()


class LoopLag:
    """Watches one event loop all the time: four callbacks a second, the worst one counts."""

    def __init__(self) -> None:
        self._timer: asyncio.TimerHandle | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._due = self._worst_ms = 0.0

    def start(self) -> None:
        """Watch the running event loop; a second call does nothing."""
        if self._timer is None:
            self._loop = asyncio.get_running_loop()
            self._arm(self._loop)

    async def __call__(self) -> float:
        """The worst since the last call, in milliseconds; measured now while nothing is watched."""
        if self._timer is None:
            return await lag_now()
        worst, self._worst_ms = self._worst_ms, 0.0
        return round(worst, 2)

    def stop(self) -> None:
        """Watch no longer; a second call does nothing."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _arm(self, loop: asyncio.AbstractEventLoop) -> None:
        self._due = loop.time() + _EVERY_S
        self._timer = loop.call_at(self._due, self._arrive, loop)

    def _arrive(self, loop: asyncio.AbstractEventLoop) -> None:
        self._worst_ms = max(self._worst_ms, 1000 * (loop.time() - self._due))
        self._arm(loop)
