"""How well what becomes of a finding is foretold, on the recorded findings of repositories."""

import json
import random
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import mean
from typing import Protocol

from autovet.domain.event import FindingRecord
from autovet.domain.file_kind import file_kind
from autovet.engines.learning.ranking.model import RankingModel
from autovet.validation.facts import blanked
from benchmarks.measure import Measure

SEEDS = (1, 2, 3)
MODES = ("told at once", "told after the file", "20% told")
_FAMILY = re.compile(r"[A-Z]+")
_QUOTED = re.compile(r"`([^`]+)`")
_ACTED = {"closed": True, "suppressed_noqa": True, "survived": False}
_TOP = 0.2


@dataclass(frozen=True, slots=True)
class Told:
    """A finding of a repository and whether somebody acted on it."""

    project: str
    finding: FindingRecord
    acted: bool


class Predictor(Protocol):
    def worth(self, one: Told) -> float: ...

    def learn(self, one: Told) -> None: ...


@dataclass
class Learned:
    """The engine's own model."""

    _model: RankingModel = field(default_factory=RankingModel)

    def worth(self, one: Told) -> float:
        return self._model.worth(one.finding, one.project, "")

    def learn(self, one: Told) -> None:
        self._model.learn(one.finding, one.project, "", acted=one.acted)


@dataclass
class RuleRate:
    """The baseline: the rate of the rule so far, in the repository or in all of them."""

    pooled: bool = False
    _acted: Counter[tuple[str, str]] = field(default_factory=Counter)
    _total: Counter[tuple[str, str]] = field(default_factory=Counter)

    def _key(self, one: Told) -> tuple[str, str]:
        return ("" if self.pooled else one.project, one.finding.rule)

    def worth(self, one: Told) -> float:
        return (self._acted[self._key(one)] + 1) / (self._total[self._key(one)] + 2)

    def learn(self, one: Told) -> None:
        self._acted[self._key(one)] += one.acted
        self._total[self._key(one)] += 1


@dataclass
class Guess:
    """The baseline that knows nothing."""

    _random: random.Random = field(default_factory=lambda: random.Random(5))

    def worth(self, one: Told) -> float:
        del one
        return self._random.random()

    def learn(self, one: Told) -> None: ...


PREDICTORS: dict[str, Callable[[], Predictor]] = {
    "random": Guess,
    "rule rate, pooled": lambda: RuleRate(pooled=True),
    "rule rate in the repository": RuleRate,
    "autovet": Learned,
}


def read_told(file: Path) -> list[Told]:
    """The findings whose outcome is known."""
    told = []
    for line in file.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        if row["label"] not in _ACTED:
            continue
        family = _FAMILY.match(row["code"])
        record = FindingRecord(
            finding_id=f"{row['path']}:{row['row']}:{row['code']}",
            rule=row["code"],
            category=family.group() if family else "",
            severity="warning",
            path=row["path"],
            line=row["row"],
            text=blanked(row["line"]),
            width=len(row["line"]),
            words=tuple(_QUOTED.findall(row["message"])),
            kind=file_kind(row["path"]).value,
        )
        told.append(Told(row["repo"], record, _ACTED[row["label"]]))
    return told


def stream(told: Iterable[Told], project: str, seed: int) -> list[Told]:
    """A repository's findings, its files in random order, each from top to bottom."""
    files: defaultdict[str, list[Told]] = defaultdict(list)
    for one in told:
        if one.project == project:
            files[one.finding.path].append(one)
    names = sorted(files)
    random.Random(seed).shuffle(names)
    return [one for n in names for one in sorted(files[n], key=lambda t: t.finding.line)]


def replay(
    predictor: Predictor, findings: Sequence[Told], mode: str, chance: random.Random
) -> list[tuple[float, bool]]:
    """Predict each finding before its outcome is told."""
    said = []
    pending: list[Told] = []
    path = ""
    for one in findings:
        if one.finding.path != path:
            _tell(predictor, pending)
            path = one.finding.path
        said.append((predictor.worth(one), one.acted))
        if mode == "20% told" and chance.random() >= 0.2:
            continue
        pending.append(one)
        if mode != "told after the file":
            _tell(predictor, pending)
    _tell(predictor, pending)
    return said


def _tell(predictor: Predictor, pending: list[Told]) -> None:
    for one in pending:
        predictor.learn(one)
    pending.clear()


def measure_outcomes(corpora: Path) -> list[Measure]:
    """One measure a predictor and way of telling, and how good the top of the list is."""
    told = read_told(corpora / "actionable_ruff.jsonl")
    measures = []
    for name, make in PREDICTORS.items():
        areas, tops = [], []
        gap = 0.0
        for mode in MODES:
            runs = [_seed(make, told, mode, seed) for seed in SEEDS]
            areas.append(mean(area(said) for halves in runs for said in halves))
            tops.append(mean(top(said) for halves in runs for said in halves))
            if mode == MODES[0]:
                gap = mean(calibration_gap([p for half in h for p in half]) for h in runs)
                pooled = mean(top([p for half in h for p in half]) for h in runs)
        measures.append(
            Measure(
                f"acted on or not, {name}: mean AUC within repositories",
                " / ".join(f"{a:.3f}" for a in areas),
                f"{' / '.join(MODES)}; precision in the top 20% "
                f"{' / '.join(f'{t:.2f}' for t in tops)} within repositories, {pooled:.2f} over "
                f"all at once; calibration gap {gap:.3f}",
            )
        )
    return measures


def _seed(
    make: Callable[[], Predictor], told: list[Told], mode: str, seed: int
) -> list[list[tuple[float, bool]]]:
    """The second half of each repository's stream, after a start with the other repositories."""
    projects = sorted({one.project for one in told})
    halves = []
    for project in projects:
        predictor, chance = make(), random.Random(seed)
        for other in projects:
            if other != project:
                replay(predictor, stream(told, other, seed), mode, chance)
        said = replay(predictor, stream(told, project, seed), mode, chance)
        halves.append(said[len(said) // 2 :])
    return halves


def area(said: Sequence[tuple[float, bool]]) -> float:
    """The area under the ROC curve, ties counted half."""
    positive = [p for p, acted in said if acted]
    negative = [p for p, acted in said if not acted]
    if not positive or not negative:
        return 0.5
    wins = sum((p > n) + 0.5 * (p == n) for p in positive for n in negative)
    return wins / (len(positive) * len(negative))


def top(said: Sequence[tuple[float, bool]]) -> float:
    """The share acted on among the fifth that was ranked first."""
    ordered = sorted(said, key=lambda s: -s[0])[: max(1, round(len(said) * _TOP))]
    return mean(acted for _, acted in ordered)


def calibration_gap(said: Sequence[tuple[float, bool]], bins: int = 10) -> float:
    """The mean distance of what was said from what came true, over tenths of the scale."""
    groups: defaultdict[int, list[tuple[float, bool]]] = defaultdict(list)
    for probability, acted in said:
        groups[min(int(probability * bins), bins - 1)].append((probability, acted))
    return sum(
        abs(sum(p for p, _ in group) - sum(a for _, a in group)) for group in groups.values()
    ) / len(said)
