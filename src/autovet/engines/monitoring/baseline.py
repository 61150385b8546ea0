"""What is usual on this host, robust against outliers, and by hour of day once that is known."""

from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from statistics import median
from typing import Any

_WATCHED = frozenset({"cpu_percent", "memory_percent", "open_files",
                      "loop_lag_ms", "undecided_percent"})  # fmt: skip
_FAMILIES = ("stage_ms:", "failed_percent:", "process_mb:")
WINDOW = 360
"""Samples kept for each figure: six hours at one a minute."""
ENOUGH = 30
"""Samples that are needed before a deviation is computed."""
_DAYS, _DAYS_KEPT = 7, 28
"""Days that an hour must have been seen on before it has a baseline of its own."""

_TO_SIGMA = 1.4826
"""The MAD of normally distributed values times this is their standard deviation."""
_LEAST_SPREAD = 0.02
"""Spread counts as at least this share of the median, or a constant would alarm at a blink."""
_HOUR_S = 3_600.0


def is_watched(name: str) -> bool:
    """Whether a figure has a baseline."""
    return name in _WATCHED or name.startswith(_FAMILIES)


@dataclass(slots=True)
class Baselines:
    """The last values of each watched figure, and its median in each hour of the last days."""

    windows: dict[str, deque[float]] = field(default_factory=dict)
    hours: dict[str, dict[int, deque[float]]] = field(default_factory=dict)
    _hour: int | None = None
    _this_hour: dict[str, list[float]] = field(default_factory=dict)

    def add(self, figures: Mapping[str, float], at: float) -> None:
        """Take the figures of a sample in; ``at`` in seconds since the epoch."""
        hour = int(at // _HOUR_S)
        if self._hour is not None and hour != self._hour:
            self._close_hour()
        self._hour = hour
        for name, value in figures.items():
            if is_watched(name):
                rounded = round(value, 3)
                self.windows.setdefault(name, deque(maxlen=WINDOW)).append(rounded)
                self._this_hour.setdefault(name, []).append(rounded)

    def deviations(
        self, figures: Mapping[str, float], noise: Mapping[str, float], at: float
    ) -> dict[str, float]:
        """How many standard deviations each figure lies above what is usual, where known.

        Args:
            figures: of this sample.
            noise: the standard error of a figure that rests on few cases.
            at: the moment, in seconds since the epoch.
        """
        found = {}
        for name, window in self.windows.items():
            if name not in figures or len(window) < ENOUGH:
                continue
            middle, spread = _robust(window)
            daily = self.hours.get(name, {}).get(_hour_of_day(at), ())
            if len(daily) >= _DAYS:
                middle, between_days = _robust(daily)
                spread = max(spread, between_days)
            scale = max(_TO_SIGMA * spread, _LEAST_SPREAD * abs(middle), 1.0, noise.get(name, 0.0))
            found[f"{name}_deviation"] = (figures[name] - middle) / scale
            found[f"{name}_usual"] = middle
        return found

    def summary(self) -> dict[str, dict[str, float]]:
        """Median, median absolute deviation and number of samples of each figure."""
        found = {}
        for name, window in self.windows.items():
            middle, spread = _robust(window)
            found[name] = {"median": round(middle, 3), "mad": round(spread, 3), "n": len(window)}
        return found

    def as_state(self) -> dict[str, Any]:
        """Everything, JSON-serialisable."""
        hours = {
            name: {str(hour): list(values) for hour, values in by_hour.items()}
            for name, by_hour in self.hours.items()
        }
        return {"windows": {n: list(w) for n, w in self.windows.items()}, "hours": hours}

    def restore(self, saved: Mapping[str, Any]) -> None:
        """Put saved values before those that have been taken in since."""
        for name, values in saved.get("windows", {}).items():
            together = [*map(float, values), *self.windows.get(name, ())]
            if is_watched(name) and together:
                self.windows[name] = deque(together, maxlen=WINDOW)
        for name, by_hour in saved.get("hours", {}).items():
            if is_watched(name):
                self.hours[name] = {
                    int(hour): deque(map(float, values), maxlen=_DAYS_KEPT)
                    for hour, values in by_hour.items()
                }

    def _close_hour(self) -> None:
        assert self._hour is not None  # noqa: S101 (narrows the type)
        of_day = self._hour % 24
        for name, values in self._this_hour.items():
            by_hour = self.hours.setdefault(name, {})
            by_hour.setdefault(of_day, deque(maxlen=_DAYS_KEPT)).append(round(median(values), 3))
        self._this_hour = {}


def _hour_of_day(at: float) -> int:
    return int(at // _HOUR_S) % 24


def _robust(values: Iterable[float]) -> tuple[float, float]:
    known = list(values)
    middle = median(known)
    return middle, median(abs(value - middle) for value in known)
