"""One small file with listed problems, and a clean one."""

import json
from pathlib import Path

from autovet import AutonomousAIOrchestrationLayer
from benchmarks.cases import weighty
from benchmarks.measure import Measure


async def measure_planted(
    layer: AutonomousAIOrchestrationLayer, samples: Path, environment: str | None
) -> list[Measure]:
    """How many listed problems are found at their line, and what is said beyond them."""
    listed = json.loads((samples / "planted_app.json").read_text(encoding="utf-8"))
    context = {**listed["context"], "environment": environment, "path": "planted_app.py"}
    code = (samples / "planted_app.py").read_text(encoding="utf-8")
    found = weighty(await layer.autonomous_orchestrate_validation(code, context))
    missed = [
        problem["what"]
        for problem in listed["problems"]
        if not any(
            f["category"] == problem["category"] and f["line"] <= problem["line"] <= f["end_line"]
            for f in found
        )
    ]
    clean = (samples / "clean_module.py").read_text(encoding="utf-8")
    result = await layer.autonomous_orchestrate_validation(clean, {"path": "clean_module.py"})
    total = len(listed["problems"])
    return [
        Measure("planted problems found", f"{total - len(missed)}/{total}", "; ".join(missed)),
        Measure("other remarks on that file", str(len(found) - total + len(missed))),
        Measure("clean module", result["verdict"], f"{len(weighty(result))} findings above info"),
    ]
