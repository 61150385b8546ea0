"""Breaks one part after the other, and times how long it takes until verdicts are whole again.

``python -m benchmarks.faults`` prints the table; ``python -m benchmarks.faults soak 10000`` runs
that many validations while parts are killed at random. Only processes that the layer itself has
started are touched.
"""

import asyncio
import contextlib
import os
import random
import signal
import sqlite3
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

import psutil

from autovet import AutonomousAIOrchestrationLayer
from autovet.domain.category import Category
from autovet.domain.errors import StoreError

_PATIENCE_S = 60.0
_AT_ONCE = 4
_FAULT_EVERY = 40

_INVENTED = """
import os


def size(path: str) -> int:
    return os.path.getsizes(path)
"""
_WRONG = """
def total(values: list[int]) -> int:
    '''Add.

    >>> total([1, 2])
    3
    '''
    return sum(values) + 1
"""
_RIGHT = """
def double(number: int) -> int:
    '''Double it.

    >>> double(4)
    8
    '''
    return 2 * number
"""
_SHELL = """
import subprocess


def run(command: str) -> None:
    subprocess.run(command, shell=True, check=True)
"""
CODES = (_INVENTED, _WRONG, _RIGHT, _SHELL)
"""An invented name, a wrong sum, a right function and a shell: every part has its say."""

Gist = tuple[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Recovery:
    """What came of one fault.

    Attributes:
        answers: verdicts given from the fault to the recovery: right ones, undecided ones.
        wrong: verdicts that were neither.
        recovered_s: seconds until two whole right verdicts in a row; None if that never came.
        events: kinds of events on record, in order.
    """

    fault: str
    answers: Counter[str]
    wrong: int
    recovered_s: float | None
    events: tuple[str, ...]


def gist(result: dict[str, Any]) -> Gist:
    """The verdict and the rules that fired."""
    rules = [f["rule"] for c in Category for f in result[c.value]["findings"]]
    return result["verdict"], tuple(sorted(rules))


def undecided(result: dict[str, Any]) -> bool:
    """Whether any category stayed so."""
    return any(result[category.value]["status"] == "undecided" for category in Category)


def signalled(name: str, number: signal.Signals) -> Callable[["Bench"], None]:
    """A fault: a signal to the process of a component."""

    def inject(bench: "Bench") -> None:
        pids = [pid for pid, role in bench.roles().items() if role.startswith(name)]
        for pid in pids:
            os.kill(pid, number)

    return inject


def locked(bench: "Bench") -> None:
    """Somebody else holds the database for two seconds."""
    connection = sqlite3.connect(bench.database, isolation_level=None)
    try:
        connection.execute("BEGIN EXCLUSIVE")
    except sqlite3.OperationalError:
        connection.close()  # it is locked already, by a fault before this one
        return
    asyncio.get_running_loop().call_later(2.0, connection.close)


def corrupt(bench: "Bench") -> None:
    """The head of the database and of its journal are overwritten."""
    for path in bench.database.parent.glob(f"{bench.database.name}*"):
        with path.open("r+b") as file:
            file.write(b"\0" * 4096)


def truncated(bench: "Bench") -> None:
    """The database is truncated to nothing."""
    os.truncate(bench.database, 0)


def gone(bench: "Bench") -> None:
    """The database is deleted with its journal."""
    for file in bench.database.parent.glob(f"{bench.database.name}*"):
        file.unlink()


def clock_back(bench: "Bench") -> None:
    """The clock steps back by an hour."""
    bench.layer._runtime()._clock.time = lambda: time.time() - 3600  # type: ignore[method-assign] # noqa: SLF001


def raising_loop(bench: "Bench") -> None:
    """The next step of the monitoring loop raises."""
    loop = bench.layer._runtime()._loops._loops["monitoring"]  # noqa: SLF001 (no door for that)
    step = loop.step

    async def fail() -> dict[str, Any]:
        loop.step = step
        raise RuntimeError("injected")

    loop.step = fail


FAULTS: dict[str, Callable[["Bench"], None]] = {
    "ruff server killed": signalled("ruff", signal.SIGKILL),
    "ruff server hangs": signalled("ruff", signal.SIGSTOP),
    "ty server killed": signalled("ty", signal.SIGKILL),
    "ty server hangs": signalled("ty", signal.SIGSTOP),
    "all workers killed": signalled("worker", signal.SIGKILL),
    "all workers hang": signalled("worker", signal.SIGSTOP),
    "sandbox zygote killed": signalled("sandbox", signal.SIGKILL),
    "store locked for 2 s": locked,
    "store corrupt": corrupt,
    "store truncated": truncated,
    "store deleted": gone,
    "clock steps back an hour": clock_back,
    "monitoring loop raises": raising_loop,
}


class Bench:
    """One layer on a store of its own, and what its verdicts are while all is well."""

    def __init__(self, folder: Path) -> None:
        self.database = folder / "store.db"
        self.layer = AutonomousAIOrchestrationLayer(
            store_url=f"sqlite:///{self.database}",
            monitoring_interval_s=1.0,
            optimization_interval_s=3600.0,
            learning_interval_s=3600.0,
        )
        self.expected: list[Gist] = []
        self.wrong: list[str] = []

    def roles(self) -> dict[int, str]:
        """Our processes by what they are for."""
        return dict(self.layer._runtime().roles())  # noqa: SLF001 (the status has no process ids of workers)

    async def judge(self, number: int) -> tuple[dict[str, Any], str]:
        """The result for one of the codes, and whether it is right, undecided or wrong."""
        which = number % len(CODES)
        code = f"{CODES[which]}\n\n# {number}\n"
        result = await self.layer.autonomous_orchestrate_validation(code, {"heal": "none"})
        if undecided(result):
            return result, "undecided"
        if gist(result) == self.expected[which]:
            return result, "right"
        self.wrong.append(f"{gist(result)} instead of {self.expected[which]}")
        return result, "wrong"

    async def learn_what_is_right(self) -> None:
        """Judge each code once, undisturbed."""
        await self.layer.warm()
        for code in CODES:
            result = await self.layer.autonomous_orchestrate_validation(code, {"heal": "none"})
            self.expected.append(gist(result))
        await self.layer._runtime()._store.flush()  # noqa: SLF001 (faults want a file)

    async def endure(self, name: str, inject: Callable[["Bench"], None]) -> Recovery:
        """Break something and see how it goes on."""
        began = time.time()
        answers: Counter[str] = Counter()
        start = time.perf_counter()
        inject(self)
        whole, number, recovered = 0, 0, None
        while time.perf_counter() - start < _PATIENCE_S:
            _, kind = await self.judge(number)
            answers[kind] += 1
            number += 1
            whole = whole + 1 if kind == "right" and await self._store_is_well() else 0
            if whole == len(CODES):
                recovered = time.perf_counter() - start
                break
        store = self.layer._runtime()._store  # noqa: SLF001 (the events of the fault)
        await store.flush()
        events = [event.kind for event in await store.events(began - 3_700)]
        telling = dict.fromkeys(
            kind for kind in events if not kind.startswith(("alert", "analyzer.started"))
        )
        return Recovery(name, answers, answers["wrong"], recovered, tuple(telling))

    async def _store_is_well(self) -> bool:
        store = self.layer._runtime()._store  # noqa: SLF001 (as monitoring asks)
        with contextlib.suppress(StoreError):
            await store.flush()
        return store.health().state == "ready"


async def table_of_faults() -> list[Recovery]:
    """Every fault on a layer of its own."""
    found = []
    for name, inject in FAULTS.items():
        with tempfile.TemporaryDirectory() as folder:
            bench = Bench(Path(folder))
            async with bench.layer:
                await bench.learn_what_is_right()
                found.append(await bench.endure(name, inject))
    return found


async def soak(count: int, seed: int = 1) -> list[str]:
    """``count`` validations, a part killed after every forty on average; what was seen, in lines."""
    source = random.Random(seed)
    kills = [
        (name, fault) for name, fault in FAULTS.items() if "killed" in name or "locked" in name
    ]
    answers: Counter[str] = Counter()
    faults: Counter[str] = Counter()
    memory: list[int] = []
    own = psutil.Process()
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(Path(folder))
        async with bench.layer:
            await bench.learn_what_is_right()
            numbers = iter(range(count))

            async def work() -> None:
                for number in numbers:
                    if source.random() < 1 / _FAULT_EVERY:
                        name, inject = source.choice(kills)
                        faults[name] += 1
                        inject(bench)
                    _, kind = await bench.judge(number)
                    answers[kind] += 1
                    if number % max(1, count // 20) == 0:
                        memory.append(own.memory_info().rss)

            await _all(work for _ in range(_AT_ONCE))
            store = bench.layer._runtime()._store  # noqa: SLF001 (to count what is on record)
            await store.flush()
            recorded = len(await store.validations(0.0, 10 * count))
        children = own.children(recursive=True)
    first, second = memory[: len(memory) // 2], memory[len(memory) // 2 :]
    megabytes = [f"{median(part) / 2**20:.0f} MB" for part in (first, second)]
    return [
        f"validations: {sum(answers.values())}: {dict(answers)}",
        *bench.wrong,
        f"on record: {recorded} (with {len(CODES)} before the first fault)",
        f"faults: {sum(faults.values())}: {dict(faults)}",
        f"processes left: {len(children)}",
        f"memory of the service in the first half and in the second: {', '.join(megabytes)}",
    ]


async def _all(makers: Any) -> None:
    tasks: list[Awaitable[None]] = [make() for make in makers]
    await asyncio.gather(*tasks)


def main() -> None:
    """Print the table, or the lines of a soak."""
    if sys.argv[1:2] == ["soak"]:
        lines = asyncio.run(soak(int(sys.argv[2])))
        sys.stdout.write("\n".join(lines) + "\n")
        return
    rows = [
        f"| {each.fault} | "
        f"{'never' if each.recovered_s is None else f'{each.recovered_s:.2f} s'} | "
        f"{each.answers['right']} right, {each.answers['undecided']} undecided, {each.wrong} wrong "
        f"| {', '.join(each.events)} |"
        for each in asyncio.run(table_of_faults())
    ]
    head = ["| fault | whole again after | verdicts meanwhile | on record |", "|---|---|---|---|"]
    sys.stdout.write("\n".join([*head, *rows]) + "\n")


if __name__ == "__main__":
    main()
