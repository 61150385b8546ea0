"""Labelled security corpora, scored by the script beside them."""

import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from autovet import AutonomousAIOrchestrationLayer
from benchmarks.cases import Case, read_cases, verdicts, weighty, write_lines
from benchmarks.measure import Measure
from benchmarks.newer_python import judged_by, newer_python

CORPORA = ("owasp_python", "safecoder_python", "ossf_pyscg")


async def measure_security(
    layer: AutonomousAIOrchestrationLayer, corpora: Path, environment: str | None
) -> list[Measure]:
    """One measure a corpus: TPR, FPR and J of the score's ``match`` mode."""
    measures = []
    for name in CORPORA:
        file = corpora / f"{name}.jsonl"
        rows = read_cases(file)
        elsewhere = newer_python() if not all(row.get("parses", True) for row in rows) else None
        left_out = 0
        if elsewhere is None:
            left_out = len(rows)
            rows = [row for row in rows if row.get("parses", True)]
            left_out -= len(rows)
        cases: list[Case] = [
            (row["id"], row["code"], {"environment": environment, "execute": False, "heal": "none"})
            for row in rows
        ]
        results = await verdicts(layer, cases) if elsewhere is None else {}
        predictions: list[dict[str, Any]] = [
            {"id": key, "cwes": sorted({f["cwe"] for f in weighty(result) if "cwe" in f})}
            for key, result in results.items()
        ]
        if elsewhere is not None:
            predictions = judged_by(elsewhere, file)
        with tempfile.TemporaryDirectory() as folder:
            corpus, said = Path(folder, file.name), Path(folder, "autovet__.jsonl")
            write_lines(corpus, rows)
            write_lines(said, predictions)
            printed = subprocess.run(
                [sys.executable, corpora.parent / "score_security.py", corpus, said, "--by-cwe"],
                capture_output=True, text=True, check=True,
            ).stdout  # fmt: skip
        match = next(line for line in printed.splitlines() if " match " in line)
        tpr, fpr, j, pair = match.split()[-4:]
        mean = next((m for m in printed.splitlines() if "mean of per-category" in m), "")
        notes = [f"{len(rows)} cases"]
        notes += [f"pairs {pair}"] if pair != "-" else []
        notes += [f"mean of the categories' J {mean.split()[-1]}"] if mean else []
        notes += [f"{left_out} more need Python 3.12, which is not here"] if left_out else []
        measures.append(
            Measure(
                f"security, {name}",
                f"J {j} (TPR {tpr}, FPR {fpr})",
                ", ".join(notes),
            )
        )
        if results and any(row.get("pair") for row in rows):
            apart, all_bad = _told_apart(rows, results)
            measures.append(
                Measure(
                    f"security, {name}, told apart by any finding",
                    f"{apart / all_bad:.2f}",
                    f"{apart}/{all_bad}",
                )
            )
    return measures


def _told_apart(
    rows: Sequence[Mapping[str, Any]], results: Mapping[str, Mapping[str, Any]]
) -> tuple[int, int]:
    """Bad cases with a finding of a rule that no good case of their pair has, and all bad cases."""

    def rules(row: Mapping[str, Any]) -> set[tuple[str, str]]:
        return {(f["category"], f["rule"]) for f in weighty(results[row["id"]])}

    bad = [row for row in rows if row["label"] == "vulnerable"]
    apart = 0
    for row in bad:
        good = [r for r in rows if r["pair"] == row["pair"] and r["label"] != "vulnerable"]
        apart += bool(good) and bool(rules(row).difference(*map(rules, good)))
    return apart, len(bad)
