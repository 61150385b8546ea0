"""Results that outlive the process."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from statistics import median
from typing import Any

from autovet.domain.plan import Tuning
from autovet.engines.optimization.experiments.experiment import Proposal
from autovet.engines.optimization.experiments.result_cache import STAGE as MEMORY
from autovet.engines.optimization.history import Sample

STAGE = "disk-cache"
"""The stage that a validation names when its result was found on disk."""

_NEEDED = 100
_WORTH = 0.05
_HITS = 20
_PATIENCE = 1_000
_PAYS = 0.5


class DiskCache:
    """Keeps results on disk where memory lost them: restarts, other processes, many sources."""

    name = "disk-cache"

    def setting(self, tuning: Tuning) -> bool:
        """Whether results are kept on disk."""
        return tuning.results_on_disk

    def turned(self, tuning: Tuning, setting: Any) -> Tuning:
        """The tuning with or without them."""
        return replace(tuning, results_on_disk=bool(setting))

    def propose(self, samples: Sequence[Sample], tuning: Tuning) -> Proposal | None:
        """Ask for it when one in twenty was a repetition that memory had not kept."""
        if not tuning.cached_results or tuning.results_on_disk:
            return None
        # what came before the first hit may be from a time when nothing was kept
        first = next((n for n, s in enumerate(samples) if MEMORY in s.stages), len(samples))
        samples = samples[first:]
        if len(samples) < _NEEDED:
            return None
        seen: set[str] = set()
        missed = []
        for sample in samples:
            if sample.key in seen and MEMORY not in sample.stages:
                missed.append(sample.elapsed_ms)
            seen.add(sample.key)
        share = len(missed) / len(samples)
        if share < _WORTH:
            return None
        usual = median(missed)
        return Proposal(
            True,
            f"{round(share * usual, 3)} ms are saved for each validation, {share:.0%} of which "
            "repeat one that memory does not hold any more",
            {"n": len(samples), "missed": len(missed), "median_ms": round(usual, 3)},
        )

    def benefit(
        self, before: Sequence[Sample], after: Sequence[Sample]
    ) -> tuple[str, Mapping[str, Any]]:
        """What was found on disk against what was not: kept when it takes less than half."""
        del before
        hits = [sample.elapsed_ms for sample in after if STAGE in sample.stages]
        misses = [s.elapsed_ms for s in after if not {STAGE, MEMORY} & s.stages.keys()]
        effect: dict[str, Any] = {"hits": len(hits), "misses": len(misses)}
        if len(hits) < _HITS:
            return ("rolled back" if len(after) >= _PATIENCE else "on trial"), effect
        effect["hit_median_ms"] = round(median(hits), 3)
        if not misses:
            return "kept", effect
        effect["miss_median_ms"] = round(median(misses), 3)
        return ("kept" if median(hits) < _PAYS * median(misses) else "rolled back"), effect
