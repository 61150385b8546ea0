"""The time of this machine."""

import asyncio
import time


class SystemClock:
    """The ``Clock`` that everything but tests runs on."""

    def time(self) -> float:
        """Seconds since the epoch."""
        return time.time()

    def monotonic(self) -> float:
        """Seconds that never run backwards."""
        return time.monotonic()

    async def sleep(self, seconds: float) -> None:
        """Wait ``seconds``; other tasks run meanwhile."""
        await asyncio.sleep(seconds)
