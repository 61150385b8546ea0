"""A team that dismisses two rules in its tests and acts on the rest, and then changes its mind."""

import random
import tempfile
from collections.abc import Collection
from dataclasses import replace
from pathlib import Path

from autovet.adapters.store.sql_store import SqlStore
from autovet.adapters.system_clock import SystemClock
from autovet.domain.category import Category
from autovet.domain.event import FindingRecord, Outcome, ValidationRecord
from autovet.domain.file_kind import FileKind, file_kind
from autovet.domain.finding import Finding
from autovet.domain.severity import Severity
from autovet.domain.span import Span
from autovet.engines.learning.engine import AutonomousLearningEngine
from autovet.validation.adapting import Place, adapt
from autovet.validation.facts import records_of
from benchmarks.measure import Measure

FEEDBACKS = 60
FRESH = 300
SEEDS = (1, 2, 3, 4, 5)
PROJECT = "shop"
TEAM = ("ann", "ben", "cleo")
RULES = ("magic-numbers", "undocumented-function", "long-function", "god-class")
DISMISSED_IN_TESTS = RULES[:2]
FILES = ("shop/part_{}.py", "tests/test_part_{}.py")


class Team:
    """Looks at production code and tests in turn, each with a finding of every rule, and says what it thinks of those that are shown."""

    def __init__(self, engine: AutonomousLearningEngine, seed: int) -> None:
        self.engine = engine
        self.chance = random.Random(seed)
        self.moment = 1_000_000.0
        self.made = 0
        self.unwanted: Collection[str] = DISMISSED_IN_TESTS

    def findings(self, path: str) -> list[Finding]:
        found = []
        for rule in self.chance.sample(RULES, len(RULES)):
            self.made += 1
            found.append(
                Finding(
                    rule, Category.MAINTAINABILITY, Severity.WARNING, 0.9, rule, path,
                    Span(self.made, 1, self.made, 9), id=f"{self.chance.getrandbits(64):016x}",
                )
            )  # fmt: skip
        return found

    def wants(self, finding: Finding) -> bool:
        return finding.rule not in self.unwanted or file_kind(finding.path) is not FileKind.TEST

    def shown(self, path: str, findings: list[Finding]) -> tuple[Finding, ...]:
        place = Place(PROJECT, file_kind(path).value)
        return adapt(findings, (), self.engine.policy(), place).findings

    async def look(self, feedbacks: int) -> None:
        """Give so many feedbacks; what it wants fixed is fixed, whether it was shown or not."""
        given = 0
        while given < feedbacks:
            path = FILES[self.made // len(RULES) % len(FILES)].format(self.made)
            found = self.findings(path)
            seen = self.shown(path, found)
            self.observe(path, found)
            for finding in seen[: feedbacks - given]:
                await self.say(finding)
                given += 1
            self.observe(path, [f for f in found if not self.wants(f)])
            await self.engine.learn()

    async def say(self, finding: Finding) -> None:
        self.moment += 60
        verdict = "useful" if self.wants(finding) else "not-useful"
        outcome = Outcome(
            self.moment, finding.id, finding.rule, PROJECT, verdict,
            author=self.chance.choice(TEAM), finding=self.records([finding])[0],
        )  # fmt: skip
        await self.engine.record_feedback(outcome)

    def records(self, findings: list[Finding]) -> list[FindingRecord]:
        return [r for f in findings for r in records_of([f], (), file_kind(f.path), ())]

    def observe(self, path: str, findings: list[Finding]) -> None:
        self.moment += 60
        blank = ValidationRecord(
            f"{self.moment}", self.moment, "pass", 1.0, f"{self.moment}", path, PROJECT, "", 9,
            {}, {}, {}, scopes=(0,),
        )  # fmt: skip
        self.engine.observe(replace(blank, findings=tuple(self.records(findings))))

    def fresh(self) -> tuple[float, int]:
        """The share of unwanted findings that are shown, and how many wanted ones are hidden."""
        unwanted = shown = hidden = 0
        for _ in range(FRESH):
            path = self.chance.choice(FILES)
            found = self.findings(path)
            seen = self.shown(path, found)
            noise = [
                f
                for f in found
                if f.rule in DISMISSED_IN_TESTS and file_kind(path) is FileKind.TEST
            ]
            unwanted += len(noise)
            ids = {s.id for s in seen}
            shown += sum(f.id in ids for f in noise)
            hidden += sum(f.id not in ids for f in found if f not in noise)
        return shown / unwanted, hidden


async def measure_team() -> list[Measure]:
    """The false alarms that are left, and how fast a change of mind is followed."""
    left, hidden, back = [], 0, []
    for seed in SEEDS:
        with tempfile.TemporaryDirectory() as folder:
            store = SqlStore(f"sqlite:///{Path(folder) / 'team.db'}")
            team = Team(AutonomousLearningEngine(store, SystemClock()), seed)
            await team.look(FEEDBACKS)
            share, lost = team.fresh()
            left.append(share)
            hidden += lost
            team.unwanted = ()
            await team.look(FEEDBACKS)
            share, _ = team.fresh()
            back.append(share)
            await store.aclose()
    return [
        Measure(
            f"false alarms of a team that are left after {FEEDBACKS} feedbacks",
            f"{max(left):.1%}",
            f"the worst of {len(SEEDS)} runs; findings that it acts on and that were hidden: {hidden}",
        ),
        Measure(
            f"shown again {FEEDBACKS} feedbacks after it changed its mind",
            f"{min(back):.1%}",
            f"the worst of {len(SEEDS)} runs",
        ),
    ]
