"""How the loops pay: a repeated corpus, the cost of watching, and a month of records."""

import asyncio
import random
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

from autovet import AutonomousAIOrchestrationLayer
from autovet.adapters.store.sql_store import SqlStore
from autovet.domain.category import Category
from autovet.domain.event import FindingRecord, ValidationRecord
from autovet.domain.retention import Retention
from autovet.domain.rollup import DAY_S, HOUR_S
from autovet.validation.recording import TIMED
from benchmarks.measure import Measure, table
from benchmarks.snippets import snippets

_DISTINCT, _REPEATED, _ROUNDS = 350, 150, 3
_PAIRS, _BATCH, _LOOKS = 20, 50, 20
_MAINTAINED_EVERY_S = 300


async def measure_operations(days: int) -> list[Measure]:
    """Everything; ``days`` of virtual time at a verdict a second go into one store."""
    with tempfile.TemporaryDirectory() as folder:
        return [
            *await _repeated(Path(folder)),
            *await _overhead(Path(folder)),
            *await _month(Path(folder), days),
        ]


def _corpus() -> list[str]:
    """Distinct snippets with repetitions among them, in a fixed order."""
    base = snippets(175)
    distinct = [f"{text}\n\nREVISION = {number}\n" for number in range(2) for text in base]
    source = random.Random(7)
    repeated = source.choices(distinct[:_DISTINCT], k=_REPEATED)
    corpus = [*distinct[:_DISTINCT], *repeated]
    source.shuffle(corpus)
    return corpus


async def _repeated(folder: Path) -> list[Measure]:
    corpus, medians, gists = _corpus(), [], []
    layer = AutonomousAIOrchestrationLayer(
        store_url=f"sqlite:///{folder}/repeated.db",
        optimization_interval_s=1.0,
        monitoring_interval_s=5.0,
    )
    async with layer:
        await layer.warm()
        await layer.autonomous_orchestrate_validation(corpus[0], {"heal": "none"})
        for _ in range(_ROUNDS):
            spent, gist = [], []
            for text in corpus:
                start = time.perf_counter()
                result = await layer.autonomous_orchestrate_validation(text, {"heal": "none"})
                spent.append(1000 * (time.perf_counter() - start))
                gist.append(_findings(result))
            medians.append(median(spent))
            gists.append(gist)
        actions = layer.optimization_engine.status()["actions"]
    record = "; ".join(f"{a['id']} {a['state']} {a['effect']}" for a in actions)
    same = sum(gist == gists[0] for gist in gists)
    return [
        Measure(
            "repeated corpus, median of rounds 1 to 3",
            ", ".join(f"{each:.2f} ms" for each in medians),
            f"{len(corpus)} snippets, 30% repetitions; {1 - medians[-1] / medians[0]:.0%} faster; "
            f"{same} of {_ROUNDS} rounds with the findings of the first",
        ),
        Measure("what optimization did meanwhile", str(len(actions)), record),
    ]


def _findings(result: dict[str, Any]) -> tuple[str, list[str]]:
    ids = [f["id"] for category in Category for f in result[category.value]["findings"]]
    return result["verdict"], sorted(ids)


async def _overhead(folder: Path) -> list[Measure]:
    """Pairs of batches with and without recording; processor time, for others use the machine."""
    corpus = snippets(200)
    layer = AutonomousAIOrchestrationLayer(
        store_url=f"sqlite:///{folder}/overhead.db", background=False
    )
    costs, wall = [], []
    async with layer:
        await layer.warm()
        runtime = layer._runtime()  # noqa: SLF001 (off is no setting)
        orchestrator, store = runtime._orchestrator, runtime._store  # noqa: SLF001 (see above)
        record = orchestrator._record  # noqa: SLF001 (see above)

        async def batch(texts: list[str], *, on: bool) -> tuple[float, float]:
            chosen: Callable[..., None] = record if on else _nothing
            orchestrator._record = chosen  # type: ignore[method-assign] # noqa: SLF001 (see above)
            start, busy = time.perf_counter(), time.process_time()
            for text in texts:
                await layer.autonomous_orchestrate_validation(text, {"heal": "none"})
            await store.flush()
            return time.process_time() - busy, time.perf_counter() - start

        for number in range(_PAIRS):
            texts = [corpus[(number * _BATCH + n) % 200] for n in range(_BATCH)]
            first_on = number % 2 == 0  # whoever comes second finds warmer caches
            pair = {on: await batch(texts, on=on) for on in (first_on, not first_on)}
            costs.append(1000 * (pair[True][0] - pair[False][0]) / _BATCH)
            wall.append(1000 * pair[False][1] / _BATCH)
        orchestrator._record = record  # type: ignore[method-assign] # noqa: SLF001
        busy = time.process_time()
        for _ in range(_LOOKS):
            await layer.monitoring_engine.monitor_system_health()
        look = 1000 * (time.process_time() - busy) / _LOOKS
    cost = median(costs)
    share = cost / median(wall)
    return [
        Measure(
            "cost of recording and observing",
            f"{cost:.3f} ms a verdict",
            f"{share:.1%} of {median(wall):.1f} ms; processor time of this process, the median "
            f"difference of {_PAIRS} pairs of batches of {_BATCH}, each flushed to disk",
        ),
        Measure(
            "cost of a look at the host", f"{look:.1f} ms", f"{look / 60_000:.3%} of a core at 60 s"
        ),
    ]


def _nothing(record: object, judged: object, context: object) -> None:
    """Record nothing, tell nobody."""


async def _month(folder: Path, days: int) -> list[Measure]:
    place = folder / "month"
    place.mkdir()
    store = SqlStore(f"sqlite:///{place}/a.db")
    start = 1_700_000_000 // DAY_S * DAY_S
    most = 0
    for second in range(int(days * DAY_S)):
        store.record_validation(_record(second, start + second))
        if second % _MAINTAINED_EVERY_S == _MAINTAINED_EVERY_S - 1:
            await store.flush()
            await store.maintain(Retention(), start + second)
            most = max(most, sum(file.stat().st_size for file in place.iterdir()))
    end = start + days * DAY_S
    queries = [await _timed(store, end) for _ in range(20)]
    summed = await store.rollups(start, HOUR_S)
    await store.aclose()
    return [
        Measure(
            f"store after {days} days at a verdict a second",
            f"{most / 2**20:.0f} MB at most",
            f"{sum(hour.validations for hour in summed):,} validations in {len(summed)} sums",
        ),
        Measure(
            "trend query over the last month by days and the last two days by hours",
            f"{median(queries):.1f} ms",
            f"median of {len(queries)}",
        ),
    ]


async def _timed(store: SqlStore, end: float) -> float:
    start = time.perf_counter()
    await store.rollups(end - 30 * DAY_S, DAY_S)
    await store.rollups(end - 2 * DAY_S, HOUR_S)
    return 1000 * (time.perf_counter() - start)


_CHECKS = tuple(f"some-check-of-ours-{number:03d}" for number in range(180))


def _record(number: int, at: float) -> ValidationRecord:
    """A record as large as those of real validations."""
    source = random.Random(number)
    spent = source.lognormvariate(2.3, 0.4)
    return ValidationRecord(
        validation_id=f"{number:032x}",
        at=at,
        decision="fail" if number % 4 == 0 else "pass",
        elapsed_ms=spent,
        source_sha256=f"{number % 9973:064x}",
        path=f"app/module_{number % 40}.py",
        project=f"project-{number % 5}",
        generator="model",
        lines=60,
        statuses=dict.fromkeys((c.value for c in Category), "passed"),
        stages={"ruff": spent / 9, "ty": spent / 2, "checks": spent * 0.6, "execution": 0.4},
        checks=dict.fromkeys(_CHECKS, round(spent / 200, 5)) if number % TIMED == 0 else {},
        findings=tuple(_finding(number, each) for each in range(2)),
    )


def _finding(number: int, each: int) -> FindingRecord:
    rule = _CHECKS[(number + each) % len(_CHECKS)]
    return FindingRecord(f"{number * 2 + each:016x}", rule, "security", "warning", "a.py", each)


def main() -> None:
    """Measure it alone, for it takes minutes: the number of days is the only argument."""
    days = int(sys.argv[1]) if len(sys.argv) > 1 else 30
    sys.stdout.write(table(asyncio.run(measure_operations(days))))


if __name__ == "__main__":
    main()
