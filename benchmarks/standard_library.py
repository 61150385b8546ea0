"""Security alarms on the standard library, whose code has been read for decades."""

import sysconfig
from pathlib import Path

from autovet import AutonomousAIOrchestrationLayer
from benchmarks.cases import Case, verdicts
from benchmarks.measure import Measure

EVERY = 4
"""One file in so many is looked at."""

_LEFT_OUT = frozenset({"test", "tests", "idle_test", "site-packages", "lib2to3", "idlelib", "turtledemo"})  # fmt: skip


async def measure_standard_library(layer: AutonomousAIOrchestrationLayer) -> list[Measure]:
    """Security findings at warning or above per 1,000 lines, and what they are."""
    root = Path(sysconfig.get_path("stdlib"))
    files = sorted(f for f in root.rglob("*.py") if not _LEFT_OUT & set(f.relative_to(root).parts))
    texts = {str(f.relative_to(root)): f.read_text("utf-8", "replace") for f in files[::EVERY]}
    context = {"execute": False, "heal": "none"}
    cases: list[Case] = [(name, text, {**context, "path": name}) for name, text in texts.items()]
    results = await verdicts(layer, cases)
    found = [
        f"{name}:{finding['line']} {finding['rule']}"
        for name, result in results.items()
        for finding in result["security"]["findings"]
        if finding["severity"] != "info"
    ]
    lines = sum(text.count("\n") for text in texts.values())
    figure = f"{1000 * len(found) / lines:.2f} security alarms per 1,000 lines"
    return [Measure("standard library", figure, f"{lines} lines; {', '.join(found)}")]
