"""A series in one line of characters."""

from collections.abc import Sequence

_STEPS = "▁▂▃▄▅▆▇█"


def sparkline(values: Sequence[float | None], width: int = 48) -> str:
    """The last values from their least to their greatest; a gap where one is missing."""
    shown = list(values)[-width:]
    known = [value for value in shown if value is not None]
    if not known:
        return ""
    least, span = min(known), max(known) - min(known)

    def step(value: float | None) -> str:
        if value is None:
            return " "
        return _STEPS[round((value - least) / span * (len(_STEPS) - 1)) if span else 0]

    return "".join(map(step, shown))
