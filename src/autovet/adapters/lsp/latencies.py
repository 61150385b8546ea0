"""How long the latest answers took."""

from collections import deque


class Latencies:
    """A window over the latest answers."""

    def __init__(self, size: int = 256) -> None:
        """Keep the ``size`` latest."""
        self._window: deque[float] = deque(maxlen=size)
        self._count = 0

    def add(self, milliseconds: float) -> None:
        """Record one answer."""
        self._window.append(milliseconds)
        self._count += 1

    @property
    def latest(self) -> tuple[float, ...]:
        """The window, oldest first, in milliseconds."""
        return tuple(self._window)

    @property
    def count(self) -> int:
        """How many answers there were in all."""
        return self._count


def percentile(values: tuple[float, ...], share: float) -> float | None:
    """The value that ``share`` (0 to 1) of the values do not exceed; None without values."""
    if not values:
        return None
    return round(sorted(values)[min(len(values) - 1, int(share * len(values)))], 3)
