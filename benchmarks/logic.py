"""Buggy functions and their fixed twins, and made-up calls on packages that thousands rely on."""

import statistics
import tempfile
import time
from pathlib import Path

from autovet import AutonomousAIOrchestrationLayer
from benchmarks.cases import Case, read_cases, verdicts
from benchmarks.measure import Measure
from benchmarks.released import unpacked

PACKAGES = ("click", "attrs", "more-itertools", "toolz")
_DERIVED = frozenset(
    {
        "unannounced-crash",
        "non-terminating-call",
        "broken-property",
        "mutated-argument",
        "result-depends-on-earlier-calls",
        "broken-contract",
    }
)
_EXAMPLE = '''def area_{n}(width: int, height: int) -> int:
    """Give the area of a rectangle.

    >>> area_{n}(2, 3)
    6
    """
    return width * height
'''
_PLAIN = '''def spread_{n}(values: list[int]) -> int:
    """Give the distance of the outermost values of a non-empty list."""
    return max(values) - min(values)
'''
_RUNS = 40


async def measure_logic(layer: AutonomousAIOrchestrationLayer, corpora: Path) -> list[Measure]:
    """How many of each side carry an error of ``business_logic``; the tests stay unread."""
    rows = read_cases(corpora / "humanevalfix.jsonl")
    cases: list[Case] = [
        (f"{row['id']}/{side}", row[side], {"heal": "none"})
        for row in rows
        for side in ("buggy", "fixed")
    ]
    results = await verdicts(layer, cases)
    failed = {
        side: sum(
            any(f["severity"] == "error" for f in result["business_logic"]["findings"])
            for key, result in results.items()
            if key.endswith(side)
        )
        for side in ("buggy", "fixed")
    }
    return [
        Measure("buggy functions failed", f"{failed['buggy']}/{len(rows)}"),
        Measure("fixed functions accused", f"{failed['fixed']}/{len(rows)}"),
        await _measure_released(layer),
        *await _measure_time(layer),
    ]


async def _measure_released(layer: AutonomousAIOrchestrationLayer) -> Measure:
    """What made-up calls say of packages whose behaviour is documented."""
    found: list[str] = []
    errors = 0
    with tempfile.TemporaryDirectory() as folder:
        for name in PACKAGES:
            source = unpacked(name, Path(folder))
            report = await layer.validate_paths([source], {"heal": "none", "root": str(source)})
            for path, result in report["files"].items():
                for finding in result["business_logic"]["findings"]:
                    if finding["rule"] in _DERIVED and "execution" in finding["sources"]:
                        errors += finding["severity"] == "error"
                        found.append(f"{Path(path).name}:{finding['line']} {finding['message']}")
    note = f"{len(found)} findings on {', '.join(PACKAGES)}: {'; '.join(found) or 'none'}"
    return Measure("errors of made-up calls on released packages", str(errors), note)


async def _measure_time(layer: AutonomousAIOrchestrationLayer) -> list[Measure]:
    """What execution adds to a verdict, one function at a time in the warm sandbox."""
    measures = []
    for what, text in (("its example", _EXAMPLE), ("made-up calls", _PLAIN)):
        times: dict[bool, list[float]] = {False: [], True: []}
        for number in range(_RUNS):
            for execute, spent in times.items():
                code = text.format(n=f"{number}_{execute}".lower())
                started = time.perf_counter()
                await layer.autonomous_orchestrate_validation(
                    code, {"execute": execute, "heal": "none"}
                )
                spent.append((time.perf_counter() - started) * 1000)
        without, having = (statistics.median(times[execute]) for execute in (False, True))
        measures.append(
            Measure(
                f"one function with {what}, median",
                f"{having:.1f} ms",
                f"{without:.1f} ms without execution",
            )
        )
    return measures
