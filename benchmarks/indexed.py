"""Libraries that are not installed: the same calls judged for two versions, from wheels alone."""

import os
import sys
import tempfile
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from autovet import AutonomousAIOrchestrationLayer
from autovet.adapters.knowledge.pip import downloaded_wheel
from autovet.adapters.knowledge.wheel_store import WheelStore
from benchmarks.cases import Case, verdicts
from benchmarks.measure import Measure

CALLS = Path(__file__).with_name("indexed.toml")


@dataclass(frozen=True)
class Call:
    """A call judged for one version; ``exists`` says what is true."""

    library: str
    version: str
    code: str
    exists: bool

    @property
    def id(self) -> str:
        return f"{self.library}=={self.version}: {self.code!r}"


def calls() -> Iterator[Call]:
    for library in tomllib.loads(CALLS.read_text("utf-8"))["library"]:
        for version, others in (("old", "new"), ("new", "old")):
            for kind, exists in ((version, True), (others, False)):
                for code in library[f"{kind}_only"]:
                    yield Call(library["name"], library[version], code, exists)
            for code in library["both"]:
                yield Call(library["name"], library[version], code, True)


def fill(knowledge: Path) -> None:
    """Index what is not yet there; only this needs an index of packages."""
    store = WheelStore(knowledge / "wheels")
    held = {(wheel.name, str(wheel.version)) for wheel in store.indexed()}
    for library, version in dict.fromkeys((call.library, call.version) for call in calls()):
        if (library, version) not in held:
            with downloaded_wheel(f"{library}=={version}") as wheel:
                store.add(wheel)


async def measure_indexed(cache: Path) -> list[Measure]:
    """How many calls are judged rightly; what was not goes to standard error.

    Args:
        cache: the directory of the indexed wheels; filled where it is not.
    """
    fill(cache)
    wanted = list(calls())
    cases: list[Case] = [
        (
            call.id,
            call.code + "\n",
            {
                "dependencies": [f"{call.library}=={call.version}"],
                "execute": False,
                "heal": "none",
            },
        )
        for call in wanted
    ]
    # an environment that is stated would count before the wheels
    stated = os.environ.pop("VIRTUAL_ENV", None)
    try:
        with tempfile.TemporaryDirectory() as folder:
            url = f"sqlite+aiosqlite:///{folder}/bench.db"
            async with AutonomousAIOrchestrationLayer(
                store_url=url, knowledge=cache, background=False
            ) as layer:
                results = await verdicts(layer, cases)
    finally:
        if stated is not None:
            os.environ["VIRTUAL_ENV"] = stated
    found = missed = quiet = loud = 0
    wrong: list[str] = []
    for call in wanted:
        findings = results[call.id]["factual_accuracy"]["findings"]
        errors = [f for f in findings if f["severity"] == "error"]
        if call.exists:
            quiet, loud = quiet + (not errors), loud + bool(errors)
            wrong += [f"called wrong  {call.id}: {f['message']}" for f in errors]
        else:
            # the same code is silent for the other version, so any error is about that call
            hit = bool(errors)
            found, missed = found + hit, missed + (not hit)
            wrong += [] if hit else [f"not noticed  {call.id}"]
    sys.stderr.write("".join(f"{line}\n" for line in wrong))
    pairs = len(tomllib.loads(CALLS.read_text("utf-8"))["library"])
    return [
        Measure(
            f"calls absent from a library's version found, from wheels of {pairs} pairs",
            f"{found}/{found + missed}",
            f"{100 * found / (found + missed):.1f}%",
        ),
        Measure(
            "calls present in a library's version called wrong, from wheels",
            f"{loud}/{quiet + loud}",
            f"{100 * loud / (quiet + loud):.1f}%",
        ),
    ]
