"""Warm verdicts against the cold tools that a user would run instead, in one run."""

import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from autovet import AutonomousAIOrchestrationLayer
from benchmarks.measure import Measure
from benchmarks.snippets import snippets

SNIPPETS, COLD_RUNS = 200, 8


async def measure_speed(
    layer: AutonomousAIOrchestrationLayer, environment: str | None
) -> list[Measure]:
    """Median and p95 of distinct 60-line snippets, without execution, as shares of cold tools."""
    texts = snippets(SNIPPETS)
    # in a place of its own: of a lone snippet an unused import alone would not be healed
    context = {"execute": False, "environment": environment, "path": "app/api/items.py"}
    for text in texts[:5]:
        await layer.autonomous_orchestrate_validation(text + "\n# warm up\n", context)
    times: dict[str, list[float]] = {"none": [], "fast": []}
    runs: dict[str, list[float]] = {}
    for number, text in enumerate(texts):
        if number % (SNIPPETS // COLD_RUNS) == 0:  # spread out: the machine's speed drifts
            for name, ms in _cold(text, environment).items():
                runs.setdefault(name, []).append(ms)
        for heal, found in times.items():
            start = time.perf_counter()
            await layer.autonomous_orchestrate_validation(
                f"{text}# {heal}\n", {**context, "heal": heal}
            )
            found.append((time.perf_counter() - start) * 1000)
    cold = {name: statistics.median(found) for name, found in runs.items()}
    base = cold["ruff check"] + cold["ty check"]
    measures = []
    for heal, what in (("none", "warm verdict"), ("fast", "warm verdict and proven fix")):
        median, p95 = statistics.median(times[heal]), sorted(times[heal])[int(SNIPPETS * 0.95)]
        note = f"{SNIPPETS} distinct snippets of 60 lines; ruff + ty cold {base:.0f} ms"
        measures += [
            Measure(
                f"{what}, median",
                f"{median:.1f} ms",
                f"{median / base:.3f} of ruff + ty cold; {note}",
            ),
            Measure(f"{what}, p95", f"{p95:.1f} ms", f"{p95 / base:.3f} of ruff + ty cold"),
        ]
    return measures + [
        Measure(f"{name}, cold process", f"{ms:.0f} ms", f"median of {COLD_RUNS}")
        for name, ms in cold.items()
    ]


def _cold(text: str, environment: str | None) -> dict[str, float]:
    """Milliseconds of each tool on one file, as a process of its own."""
    scripts = Path(sys.executable).parent
    others = Path(environment, "bin") if environment else scripts
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "snippet.py")
        file.write_text(text, encoding="utf-8")
        commands = {
            "ruff check": [
                scripts / "ruff",
                "check",
                "--isolated",
                "--no-cache",
                "--select",
                "ALL",
                file,
            ],
            "ty check": [scripts / "ty", "check", "--python", str(environment or sys.prefix), file],
            "bandit": [others / "bandit", "-q", file],
            "pylint": [others / "pylint", file],
        }
        return {
            name: _run(command) for name, command in commands.items() if shutil.which(command[0])
        }


def _run(command: list[str | Path]) -> float:
    start = time.perf_counter()
    subprocess.run(command, check=False, capture_output=True)
    return (time.perf_counter() - start) * 1000
