"""The past by hours and days, from the sums of the record."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from autovet.domain.event import Event
from autovet.domain.histogram import quantile
from autovet.domain.rollup import Rollup
from autovet.engines.optimization.change_point import change_point
from autovet.engines.optimization.history import Sample

_AROUND_S = 900.0
"""What happened within a quarter of an hour may have to do with a change."""
_TELLING = ("analyzer.", "worker.", "optimization.", "alert.", "store.", "loop.", "cache.")


def course(rollups: Iterable[Rollup]) -> list[dict[str, Any]]:
    """Validations, times and shares of each span, oldest first."""
    return [_figures(rollup) for rollup in rollups]


def _figures(rollup: Rollup) -> dict[str, Any]:
    total = rollup.stages.get("total", {})
    count = max(1, rollup.validations)
    return {
        "at": rollup.at,
        "validations": rollup.validations,
        "median_ms": quantile(total, 0.5),
        "p95_ms": quantile(total, 0.95),
        "failed": round(rollup.decisions.get("fail", 0) / count, 4),
        "undecided": round(rollup.decisions.get("indeterminate", 0) / count, 4),
    }


def changes(
    samples: Sequence[Sample], series: Mapping[str, Sequence[float]], events: Iterable[Event]
) -> list[dict[str, Any]]:
    """When stages, and the code that came in, changed their level, and what happened then.

    Args:
        samples: the latest validations, oldest first.
        series: stage to its milliseconds in each of them; shorter ones are left out.
        events: of the time of the samples.
    """
    known = {name: values for name, values in series.items() if len(values) == len(samples)}
    known["lines"] = [float(sample.lines) for sample in samples]
    happened = [event for event in events if event.kind.startswith(_TELLING)]
    found = []
    for name, values in known.items():
        point = change_point(values)
        if point is None:
            continue
        at = samples[point.index].at
        found.append(
            {
                "what": name,
                "at": at,
                "before": point.before,
                "after": point.after,
                "confidence": point.confidence,
                "around": [
                    {"at": event.at, "kind": event.kind, "subject": event.subject}
                    for event in happened
                    if abs(event.at - at) <= _AROUND_S
                ],
            }
        )
    return found
