"""What is usual on this host, robust against outliers."""

from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from statistics import median

WATCHED = ("cpu_percent", "memory_percent", "own_memory_mb", "open_files", "loop_lag_ms")
WINDOW = 360
"""Samples kept for each figure: six hours at one a minute."""
ENOUGH = 30
"""Samples that are needed before a deviation is computed."""

_TO_SIGMA = 1.4826
"""The MAD of normally distributed values times this is their standard deviation."""
_LEAST_SPREAD = 0.02
"""Spread counts as at least this share of the median, or a constant would alarm at a blink."""


@dataclass(slots=True)
class Baselines:
    """The last values of each watched figure."""

    windows: dict[str, deque[float]] = field(default_factory=dict)

    def add(self, figures: Mapping[str, float]) -> None:
        """Take the figures of a sample in."""
        for name in WATCHED:
            if name in figures:
                window = self.windows.setdefault(name, deque(maxlen=WINDOW))
                window.append(round(figures[name], 3))

    def restore(self, saved: Mapping[str, Iterable[float]]) -> None:
        """Put saved values before those that have been taken in since."""
        for name in WATCHED:
            values = [*map(float, saved.get(name, ())), *self.windows.get(name, ())]
            if values:
                self.windows[name] = deque(values, maxlen=WINDOW)

    def deviations(self, figures: Mapping[str, float]) -> dict[str, float]:
        """How many standard deviations each figure lies above what is usual, where known."""
        found = {}
        for name, (middle, spread, count) in self._spreads().items():
            if count >= ENOUGH and name in figures:
                scale = max(_TO_SIGMA * spread, _LEAST_SPREAD * abs(middle), 1.0)
                found[f"{name}_deviation"] = (figures[name] - middle) / scale
                found[f"{name}_usual"] = middle
        return found

    def summary(self) -> dict[str, dict[str, float]]:
        """Median, median absolute deviation and number of samples of each figure."""
        return {
            name: {"median": round(middle, 3), "mad": round(spread, 3), "n": count}
            for name, (middle, spread, count) in self._spreads().items()
        }

    def _spreads(self) -> dict[str, tuple[float, float, int]]:
        spreads = {}
        for name, window in self.windows.items():
            middle = median(window)
            spreads[name] = (middle, median(abs(value - middle) for value in window), len(window))
        return spreads
