"""Bad and good twins of every category, scored by the script beside the corpora."""

import subprocess
import sys
import tempfile
from pathlib import Path

from autovet import AutonomousAIOrchestrationLayer
from benchmarks.cases import Case, read_cases, verdicts, weighty, write_lines
from benchmarks.measure import Measure


async def measure_pairs(
    layer: AutonomousAIOrchestrationLayer, corpora: Path, environment: str | None
) -> list[Measure]:
    """One measure a category, then the total."""
    files = sorted((corpora / "categories").glob("*.jsonl"))
    pairs = [pair for file in files for pair in read_cases(file)]
    cases: list[Case] = [
        (
            f"{pair['id']}/{side}",
            pair[side],
            {"environment": environment, **pair["context"], "heal": "none"},
        )
        for pair in pairs
        for side in ("bad", "good")
    ]
    results = await verdicts(layer, cases)
    rows = [
        {
            "id": key.rpartition("/")[0],
            "side": key.rpartition("/")[2],
            "findings": list(weighty(result)),
        }
        for key, result in results.items()
    ]
    with tempfile.TemporaryDirectory() as folder:
        predictions = Path(folder, "predictions.jsonl")
        write_lines(predictions, rows)
        scorer = corpora.parent / "score_pairs.py"
        said = subprocess.run(
            [sys.executable, scorer, predictions, *files],
            capture_output=True,
            text=True,
            check=True,
        ).stdout
    measures = []
    for line in said.splitlines():
        name, _, rest = line.partition(" ")
        figure, _, note = rest.strip().partition(" ")
        if name == "told":
            measures.append(Measure("pairs, all categories", rest.replace("apart ", "").strip()))
        else:
            measures.append(Measure(f"pairs, {name}", figure, note))
    return measures
