"""Whether a change did harm, whatever it was meant for."""

from collections.abc import Mapping, Sequence
from statistics import median
from typing import Any

from autovet.engines.optimization.history import Sample
from autovet.engines.optimization.rank_test import chance_of_at_least, confidence_of_difference

TRIAL_LEAST = 30
_UNLIKELY = 0.05
_SURE = 0.999
"""Strict, for the trial is looked at again and again."""
_RELEVANT = 0.20


def undecided(samples: Sequence[Sample]) -> dict[str, Any]:
    """How many validations were undecided."""
    count = sum(sample.undecided for sample in samples)
    return {
        "n": len(samples),
        "undecided": count,
        "rate": count / len(samples) if samples else None,
    }


def elapsed(samples: Sequence[Sample]) -> dict[str, Any]:
    """How long a validation took: number and median."""
    spent = [sample.elapsed_ms for sample in samples]
    return {"n": len(spent), "median_ms": round(median(spent), 3) if spent else None}


def harm(
    before: Mapping[str, Any], earlier: Sequence[Sample], after: Sequence[Sample]
) -> str | None:
    """What became worse, with its figures; None when nothing did.

    More is undecided when as many as after the change would come by chance in fewer than 5% of
    cases with the rate before it. It is slower when the median of a line grew by a fifth and the
    two samples differ with a confidence of 99.9%.

    Args:
        before: ``undecided`` of the time before the change.
        earlier: validations before it.
        after: validations since.
    """
    if len(after) < TRIAL_LEAST:
        return None
    now = undecided(after)
    usual = (before["undecided"] + 1) / (before["n"] + 2)
    chance = chance_of_at_least(now["undecided"], now["n"], usual)
    if now["rate"] > (before["rate"] or 0.0) and chance < _UNLIKELY:
        return f"{now['undecided']} of {now['n']} are undecided, before {before['undecided']}"
    old, new = _per_line(earlier), _per_line(after)
    if len(old) < TRIAL_LEAST or median(new) <= (1 + _RELEVANT) * median(old):
        return None
    if confidence_of_difference(old, new) < _SURE:
        return None
    return f"a line takes {median(new):.3f} ms, before {median(old):.3f} ms"


def _per_line(samples: Sequence[Sample]) -> list[float]:
    return [sample.elapsed_ms / max(1, sample.lines) for sample in samples]
