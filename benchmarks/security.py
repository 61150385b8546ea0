"""Labelled security corpora, scored by the script beside them."""

import subprocess
import sys
import tempfile
from pathlib import Path

from autovet import AutonomousAIOrchestrationLayer
from benchmarks.cases import Case, read_cases, verdicts, weighty, write_lines
from benchmarks.measure import Measure

CORPORA = ("owasp_python", "safecoder_python", "ossf_pyscg")


async def measure_security(
    layer: AutonomousAIOrchestrationLayer, corpora: Path, environment: str | None
) -> list[Measure]:
    """One measure a corpus: TPR, FPR and J of the score's ``match`` mode."""
    measures = []
    for name in CORPORA:
        file = corpora / f"{name}.jsonl"
        rows = [row for row in read_cases(file) if row.get("parses", True)]
        cases: list[Case] = [
            (row["id"], row["code"], {"environment": environment, "execute": False, "heal": "none"})
            for row in rows
        ]
        results = await verdicts(layer, cases)
        predictions = [
            {"id": key, "cwes": sorted({f["cwe"] for f in weighty(result) if "cwe" in f})}
            for key, result in results.items()
        ]
        with tempfile.TemporaryDirectory() as folder:
            corpus, said = Path(folder, file.name), Path(folder, "autovet__.jsonl")
            write_lines(corpus, rows)
            write_lines(said, predictions)
            printed = subprocess.run(
                [sys.executable, corpora.parent / "score_security.py", corpus, said],
                capture_output=True, text=True, check=True,
            ).stdout  # fmt: skip
        match = next(line for line in printed.splitlines() if " match " in line)
        tpr, fpr, j, pair = match.split()[-4:]
        measures.append(
            Measure(
                f"security, {name}",
                f"J {j} (TPR {tpr}, FPR {fpr})",
                f"{len(rows)} cases, pairs {pair}",
            )
        )
    return measures
