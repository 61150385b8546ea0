"""What factual accuracy costs: a warm snippet that imports pandas and FastAPI, and its memory."""

import statistics
from time import perf_counter

import psutil

from autovet import AutonomousAIOrchestrationLayer
from autovet.adapters.ty.ty_analyzer import TyAnalyzer
from autovet.domain.document import Document
from autovet.domain.severity import Severity
from benchmarks.measure import Measure

_TIMED, _KEPT = 100, 500
_MB = 1_000_000
_PATIENCE_S = 30.0

_SNIPPET = '''"""Sales of {noun}s, summed up for the dashboard."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Annotated

import pandas as pd
from fastapi import APIRouter, HTTPException, Query
from pydantic import BaseModel, Field

logger = logging.getLogger(__name__)
router = APIRouter(prefix="/{noun}s", tags=["{noun}"])
SOURCE = Path("{noun}s.csv")


class Total(BaseModel):
    """One line of the answer."""

    region: str
    amount: float = Field(ge=0)
    share: float = 0.0


def load(path: Path = SOURCE) -> pd.DataFrame:
    """Read the file; rows without a region are left out."""
    frame = pd.read_csv(path, parse_dates=["sold_at"])
    frame = frame.dropna(subset=["region"]).rename(columns={{"sum": "amount"}})
    frame["month"] = frame["sold_at"].dt.to_period("M")
    return frame


def totals(frame: pd.DataFrame, least: float) -> list[Total]:
    """Sum up by region, the largest first."""
    grouped = frame.groupby("region")["amount"].sum().sort_values(ascending=False)
    whole = float(grouped.sum())
    found = []
    for region, amount in grouped.items():
        if amount >= least:
            share = round(float(amount) / whole, {digits}) if whole else 0.0
            found.append(Total(region=str(region), amount=float(amount), share=share))
    return found


@router.get("/totals")
def read_totals(least: Annotated[float, Query(ge=0)] = {digits}.0) -> list[Total]:
    """The totals by region."""
    if not SOURCE.exists():
        raise HTTPException(status_code=404, detail="there is no file of {noun}s")
    frame = load()
    logger.info("%d rows of {noun}s", len(frame))
    answer = totals(frame, least)
    return answer[: {digits} + 5]
'''
_NOUNS = ("order", "ticket", "parcel", "booking", "device", "invoice", "member", "report")


async def measure_factual(
    layer: AutonomousAIOrchestrationLayer, environment: str | None
) -> list[Measure]:
    """The type checker's time with what is asked beside it, our checks' time, and the memory.

    Args:
        layer: a warm layer; nothing is executed.
        environment: one that holds pandas and FastAPI.
    """
    context = {"environment": environment, "execute": False, "heal": "none"}
    texts = [
        _SNIPPET.format(noun=f"{noun}{number}", digits=number % 9 + 1)
        for number in range(_KEPT // len(_NOUNS) + 1)
        for noun in _NOUNS
    ]
    asked: list[float] = []
    checked: list[float] = []
    wrong = 0
    own = psutil.Process()
    before = set(own.children(recursive=True))
    analyzer = TyAnalyzer()
    try:
        for number, text in enumerate(texts[:_KEPT]):
            begun = perf_counter()
            found = await analyzer.analyze(
                Document(f"{number}.py", text, environment=environment), _PATIENCE_S
            )
            asked.append((perf_counter() - begun) * 1000)
            wrong += any(finding.severity is Severity.ERROR for finding in found)
        memory = sum(_resident(p) for p in set(own.children(recursive=True)) - before)
    finally:
        await analyzer.aclose()
    for text in texts[:_TIMED]:
        result = await layer.autonomous_orchestrate_validation(text, context)
        checked.append(result["factual_accuracy"]["elapsed_ms"])
    told, ours = statistics.median(asked[-_TIMED:]), statistics.median(checked)
    return [
        Measure(
            "factual accuracy of a snippet that imports pandas and FastAPI, median",
            f"{told + ours:.1f} ms",
            f"{_TIMED} warm ones of {len(texts[0].splitlines())} lines: {told:.1f} ms the type"
            f" checker with our questions, {ours:.1f} ms our checks; {wrong} of {_KEPT} called wrong",
        ),
        Measure(
            f"memory of the type checker's server after {_KEPT} snippets", f"{memory / _MB:.0f} MB"
        ),
    ]


def _resident(process: psutil.Process) -> int:
    return int(process.memory_info().rss)
