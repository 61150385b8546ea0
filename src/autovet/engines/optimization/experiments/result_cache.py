"""Results that are kept for sources that come again."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from statistics import median
from typing import Any

from autovet.domain.plan import Tuning
from autovet.engines.optimization.experiments.experiment import Proposal
from autovet.engines.optimization.history import Sample

STAGE = "cache"
"""The stage that a validation names when its result was kept from an earlier one."""

_NEEDED = 100
_WORTH = 0.05
_ENTRIES = 2_000
_HITS = 20
_PATIENCE = 1_000
_PAYS = 0.5


class ResultCache:
    """Keeps results where sources repeat; taken back where hardly any does after all."""

    name = "result-cache"

    def setting(self, tuning: Tuning) -> int:
        """The number of results that are kept."""
        return tuning.cached_results

    def turned(self, tuning: Tuning, setting: Any) -> Tuning:
        """The tuning with another number."""
        return replace(tuning, cached_results=max(0, int(setting)))

    def propose(self, samples: Sequence[Sample], tuning: Tuning) -> Proposal | None:
        """Keep results when at least one in twenty of the last validations was a repetition."""
        if tuning.cached_results or len(samples) < _NEEDED:
            return None
        seen: set[str] = set()
        repeated = 0
        for sample in samples:
            repeated += sample.key in seen
            seen.add(sample.key)
        share = repeated / len(samples)
        if share < _WORTH:
            return None
        usual = median(sample.elapsed_ms for sample in samples)
        gain = round(share * usual, 3)
        return Proposal(
            _ENTRIES,
            f"{gain} ms are saved for each validation, {share:.0%} of which repeat an earlier one",
            {"n": len(samples), "repeated": repeated, "median_ms": round(usual, 3)},
        )

    def benefit(
        self, before: Sequence[Sample], after: Sequence[Sample]
    ) -> tuple[str, Mapping[str, Any]]:
        """Hits against misses of the same time: kept when a hit takes less than half."""
        del before
        hits = [sample.elapsed_ms for sample in after if STAGE in sample.stages]
        misses = [sample.elapsed_ms for sample in after if STAGE not in sample.stages]
        effect: dict[str, Any] = {"hits": len(hits), "misses": len(misses)}
        if len(hits) < _HITS:
            return ("rolled back" if len(after) >= _PATIENCE else "on trial"), effect
        effect["hit_median_ms"] = round(median(hits), 3)
        if not misses:
            return "kept", effect
        effect["miss_median_ms"] = round(median(misses), 3)
        saved = len(hits) / len(after) * (median(misses) - median(hits))
        effect["saved_ms_a_validation"] = round(saved, 3)
        pays = median(hits) < _PAYS * median(misses)
        return ("kept" if pays else "rolled back"), effect
