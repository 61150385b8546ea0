"""Names the state of what is installed in an environment, without reading it."""

import sys
import time
from collections.abc import Callable
from pathlib import Path

_FRESH_S = 1.0


class EnvironmentStamp:
    """Changes when a package is installed in, removed from or updated in an environment.

    It is the moment at which the directories of packages were changed last; looked at once a
    second at most, for it is asked for with every validation.

    Args:
        monotonic: seconds that never run backwards.
    """

    def __init__(self, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._monotonic = monotonic
        self._known: dict[str | None, tuple[float, str]] = {}

    def __call__(self, environment: str | None) -> str:
        """The stamp of an interpreter or virtual environment; None for our own."""
        now = self._monotonic()
        known = self._known.get(environment)
        if known and now - known[0] < _FRESH_S:
            return known[1]
        stamp = ",".join(str(_changed(place)) for place in _directories(environment))
        self._known[environment] = (now, stamp)
        return stamp


def _directories(environment: str | None) -> list[Path]:
    """The interpreter's own file may stand in a folder of the environment."""
    place = Path(environment or sys.prefix)
    prefix = place.parent.parent if place.is_file() else place
    return sorted((*prefix.glob("lib/python*/site-packages"), prefix / "Lib" / "site-packages"))


def _changed(directory: Path) -> int:
    try:
        return directory.stat().st_mtime_ns
    except OSError:
        return 0
