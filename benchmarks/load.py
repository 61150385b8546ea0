"""What learning costs: a step over many recorded findings, the next one, and a verdict's share."""

import asyncio
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from autovet.adapters.store.sql_store import SqlStore
from autovet.adapters.system_clock import SystemClock
from autovet.domain.category import Category
from autovet.domain.event import FindingRecord, Outcome, ValidationRecord
from autovet.domain.file_kind import FileKind
from autovet.domain.finding import Finding
from autovet.domain.fingerprint import Fingerprint
from autovet.domain.severity import Severity
from autovet.domain.span import Span
from autovet.engines.learning.engine import AutonomousLearningEngine
from autovet.validation.adapting import Place, adapt
from autovet.validation.facts import records_of
from benchmarks.measure import Measure

FINDINGS = 100_000
PER_FILE = 10
TOLD_OF_HUNDRED = 10
RULES = [f"rule-{n}" for n in range(120)]
_VERDICTS = 500


def measure_load() -> list[Measure]:
    """In a process of its own, so that its memory is its own."""
    with tempfile.TemporaryDirectory() as folder:
        for step in ("fill", "learn"):
            said = subprocess.run(
                [sys.executable, "-m", "benchmarks.load", step, str(Path(folder) / "load.db")],
                capture_output=True, text=True, check=True,
            ).stdout  # fmt: skip
    first, again, peak, verdict, plain = map(float, said.split())
    return [
        Measure(
            f"learning step over {FINDINGS:,} recorded findings", f"{first:.1f} s of CPU",
            f"{peak:.0f} MB at its peak, the process and its libraries included",
        ),
        Measure("the step after it", f"{again * 1000:.0f} ms of CPU"),
        Measure(
            "what learning adds to a verdict", f"{verdict * 1000:.3f} ms",
            f"adapting and ranking {PER_FILE} findings; {plain * 1000:.3f} ms with nothing learned",
        ),
    ]  # fmt: skip


def _finding(number: int, chance: random.Random) -> FindingRecord:
    rule = chance.choice(RULES)
    mark = Fingerprint(f"f{number % 97}", f"e{number:x}", f"b{number:x}", f"a{number:x}", "n")
    return FindingRecord(
        f"{number:016x}", rule, "maintainability", "warning", f"app/part_{number // PER_FILE % 800}.py",
        number % 400 + 1, text=f"total = compute(order, {rule[-1]})", width=40, words=("order",),
        kind="production" if number % 3 else "test", function_lines=30, confidence=0.9, fingerprint=mark,
    )  # fmt: skip


async def fill(file: str) -> None:
    """Put validations and outcomes on record."""
    store, chance = SqlStore(f"sqlite:///{file}"), random.Random(3)
    outcomes = []
    for start in range(0, FINDINGS, PER_FILE):
        found = tuple(_finding(start + n, chance) for n in range(PER_FILE))
        at = 1_000_000.0 + start
        record = ValidationRecord(
            f"v{start}", at, "pass", 20.0, f"{start:064x}", found[0].path, "shop", f"model-{start % 3}",
            60, {"maintainability": "passed"}, {"checks": 3.0}, {f"check-{n}": 0.1 for n in range(60)},
            findings=found, scopes=(0,),
        )  # fmt: skip
        store.record_validation(record)
        for finding in found:
            if chance.randrange(100) < TOLD_OF_HUNDRED:
                verdict = "useful" if chance.random() < 0.7 else "not-useful"
                outcomes.append(
                    Outcome(
                        at + 1, finding.finding_id, finding.rule, "shop", verdict,
                        author=f"person-{start % 7}", finding=finding,
                    )
                )  # fmt: skip
        if start % 20_000 == 0:
            await store.flush()
    await asyncio.gather(*map(store.record_outcome, outcomes))
    await store.aclose()


async def learn(file: str) -> None:
    """Learn from all of it, then again, and judge."""
    store = SqlStore(f"sqlite:///{file}")
    engine = AutonomousLearningEngine(store, SystemClock())
    start = time.process_time()
    await engine.learn()
    first = time.process_time() - start
    start = time.process_time()
    await engine.learn()
    again = time.process_time() - start
    verdict, plain = _verdict(engine), _verdict(AutonomousLearningEngine(store, SystemClock()))
    status = Path("/proc/self/status").read_text(encoding="ascii")
    # unlike ru_maxrss this does not start at what the parent process had
    peak = int(status.partition("VmHWM:")[2].split()[0]) / 1024
    await store.aclose()
    sys.stdout.write(f"{first} {again} {peak} {verdict} {plain}\n")


def _verdict(engine: AutonomousLearningEngine) -> float:
    """Seconds of CPU that the policy takes of one verdict, the median of many."""
    chance, times = random.Random(4), []
    for number in range(_VERDICTS):
        found = [
            Finding(
                chance.choice(RULES), Category.MAINTAINABILITY, Severity.WARNING, 0.9, "`order` is long",
                f"app/part_{number % 800}.py", Span(n + 1, 1, n + 1, 9), id=f"{chance.getrandbits(64):x}",
                fingerprint=Fingerprint("f", f"x{n}", f"y{n}", f"z{n}", "n"),
            )
            for n in range(PER_FILE)
        ]  # fmt: skip
        records = records_of(
            found, ["total = compute(order, 1)"] * PER_FILE, FileKind.PRODUCTION, ()
        )
        start = time.thread_time()
        policy = engine.policy()
        adapt(found, (), policy, Place("shop", "production", "model-1"))
        if policy.ranking is not None:
            for record in records:
                policy.ranking.worth(record, "shop", "model-1")
        times.append(time.thread_time() - start)
    return sorted(times)[len(times) // 2]


if __name__ == "__main__":
    asyncio.run({"fill": fill, "learn": learn}[sys.argv[1]](sys.argv[2]))
