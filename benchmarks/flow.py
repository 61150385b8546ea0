"""Twins of which one lets a value from outside reach a dangerous call, told apart by its flow."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from autovet import AutonomousAIOrchestrationLayer
from benchmarks.cases import Case, verdicts
from benchmarks.measure import Measure

PAIRS = Path(__file__).with_name("flow_pairs")
MARK = "  # sink"


@dataclass(frozen=True, slots=True)
class FlowPair:
    """One file of ``flow_pairs``; its README says what the keys mean.

    Attributes:
        line: where the dangerous call of ``bad`` stands.
    """

    name: str
    cwe: int
    path: str
    sides: Mapping[str, str]
    files: Mapping[str, Mapping[str, str]]
    line: int


def read_pair(file: Path) -> FlowPair:
    """Read one pair; ValueError when the sink is not marked exactly once."""
    told = tomllib.loads(file.read_text(encoding="utf-8"))
    sides = {side: told[side].lstrip("\n") for side in ("bad", "good")}
    marked = [n for n, line in enumerate(sides["bad"].splitlines(), 1) if line.endswith(MARK)]
    if len(marked) != 1 or MARK in sides["good"]:
        raise ValueError(f"{file.name}: the bad side must have one marked line, the good none")
    return FlowPair(
        file.stem,
        told["cwe"],
        told.get("path", "app/views.py"),
        {side: code.replace(MARK, "") for side, code in sides.items()},
        {side: {**told.get("files", {}), **told.get(f"{side}_files", {})} for side in sides},
        marked[0],
    )


async def measure_flow(layer: AutonomousAIOrchestrationLayer) -> list[Measure]:
    """How many pairs are told apart, and which are not."""
    pairs = [read_pair(file) for file in sorted(PAIRS.glob("*.toml"))]
    cases: list[Case] = [
        (f"{pair.name}/{side}", code, {
            "path": pair.path, "files": pair.files[side], "execute": False, "heal": "none",
        })
        for pair in pairs
        for side, code in pair.sides.items()
    ]  # fmt: skip
    results = await verdicts(layer, cases)
    missed = [pair.name for pair in pairs if not _at(results[f"{pair.name}/bad"], pair.line)]
    accused = [pair.name for pair in pairs if _weighty(results[f"{pair.name}/good"])]
    apart = len(pairs) - len({*missed, *accused})
    note = "; ".join(
        f"{what}: {', '.join(names)}"
        for what, names in (("missed", missed), ("accused", accused))
        if names
    )
    return [Measure("flow pairs told apart", f"{apart / len(pairs):.2f} of {len(pairs)}", note)]


def _weighty(result: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return [f for f in result["security"]["findings"] if f["severity"] != "info"]


def _at(result: Mapping[str, Any], line: int) -> bool:
    return any(f["line"] <= line <= f["end_line"] for f in _weighty(result))
