"""Keeps a failing server from being started over and over."""

import time
from collections.abc import Callable


class CircuitBreaker:
    """Rests after consecutive failures, longer each time; one success forgets them all.

    After a rest the next request is the trial: its failure starts a rest of twice the length.
    """

    def __init__(
        self,
        *,
        threshold: int = 5,
        first_rest_s: float = 1.0,
        longest_rest_s: float = 60.0,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        """Rest from the ``threshold``-th failure in a row on."""
        self._threshold = threshold
        self._first_rest_s = first_rest_s
        self._longest_rest_s = longest_rest_s
        self._monotonic = monotonic
        self._failures = 0
        self._until = 0.0

    @property
    def failures(self) -> int:
        """How many failures came in a row."""
        return self._failures

    @property
    def rest_left_s(self) -> float:
        """Seconds until a trial is allowed; 0 when nothing is in the way."""
        if self._failures < self._threshold:
            return 0.0
        return max(0.0, self._until - self._monotonic())

    def record_success(self) -> None:
        """Forget the failures."""
        self._failures = 0

    def record_failure(self) -> float:
        """Count a failure, and give the seconds of rest that it leads to (0 for none)."""
        self._failures += 1
        excess = self._failures - self._threshold
        if excess < 0:
            return 0.0
        rest = float(min(self._longest_rest_s, self._first_rest_s * 2.0 ** min(excess, 30)))
        self._until = self._monotonic() + rest
        return rest
