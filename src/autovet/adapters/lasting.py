"""A value that is worked out again the sooner the cheaper that is."""

import time
from collections.abc import Callable
from typing import Generic, TypeVar

Value = TypeVar("Value")
TIMES_ITS_COST = 10.0
"""A look at a directory that took 40 ms is good for 400 ms, one that took 1 ms for 10."""


class Lasting(Generic[Value]):
    """Keeps what was seen of something that changes under our feet.

    So looking never takes more than a tenth of the time, however large the project, and a small
    one is seen as it is at any moment.

    Args:
        make: looks.
        at_least_s: it is never looked at more often than this.
    """

    def __init__(self, make: Callable[[], Value], *, at_least_s: float = 0.0) -> None:
        self._make = make
        self._at_least_s = at_least_s
        self._until = 0.0
        self._made: Value | None = None

    def value(self) -> Value:
        """What was seen, unless that was too long ago."""
        start = time.monotonic()
        if self._made is None or start >= self._until:
            self._made = self._make()
            now = time.monotonic()
            self._until = now + max(self._at_least_s, TIMES_ITS_COST * (now - start))
        return self._made
