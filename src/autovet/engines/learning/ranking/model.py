"""The probability that somebody acts on a finding, learned one outcome at a time.

Every rate (of the file, the rule, the rule on such lines...) starts from the more general one and
enters the regression as its distance to it, in log-odds: where nothing was told about a file its
distances are zero and the rule's rate speaks, and where outcomes arrive within a file they do.
Weights of single keys are learned on top, with steps that shrink with what they have seen.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from operator import mul
from typing import Any

from autovet.domain.event import FindingRecord
from autovet.engines.learning.ranking.example import FIRST_TOKEN, Example, example_of
from autovet.engines.learning.ranking.memory import Cell, Memory

PRIOR_RATE = 0.5
POOLING = 2.0
"""How many outcomes the more general rate counts for."""
NEAR_LINES = 10.0
"""Distance at which a neighbour's outcome counts for 1/e."""
SAME_RULE_LINES = 60.0
_REACH = 60
_STEP = 0.05
_KEY_STEP = 0.2
_WORDS = 4
_DOUBT = 25.0
"""Outcomes until a score counts for half of what it says."""
_WORD_POOLING = 3.0

START: Mapping[str, float] = {
    "bias": 0.0,
    "project": 1.0,
    "family": 1.0,
    "rule": 1.0,
    "kind": 0.7,
    "author": 0.3,
    "file": 0.7,
    "folder": 0.5,
    "here": 1.0,
    "shape": 0.5,
    "near": 1.0,
    "near_same": 0.7,
    "line": 0.5,
    "words": 0.5,
}
"""Weights before anything was learned: a distance counts once where it is surely its own."""


_NAMES = tuple(START)
_NEAR_WEIGHTS = tuple(math.exp(-away / NEAR_LINES) for away in range(_REACH + 1))
_SAME_WEIGHTS = tuple(math.exp(-away / SAME_RULE_LINES) for away in range(_REACH + 1))
_LEAST = 1e-6
_NOTHING_NEAR = (0.0, 0.0, 0.0)

_Rate = tuple[float, float]
"""A rate and its log-odds."""


@dataclass(slots=True)
class RankingModel:
    """Learns from outcomes and predicts; the same outcomes in the same order give the same.

    Attributes:
        learned: how many outcomes it has seen.
    """

    learned: int = 0
    _memory: Memory = field(default_factory=Memory)
    _weights: list[float] = field(default_factory=lambda: list(START.values()))
    _energy: list[float] = field(default_factory=lambda: [0.0] * len(START))

    def worth(self, finding: FindingRecord, project: str, generator: str) -> float:
        """The probability that somebody acts on the finding, 0 to 1."""
        example = example_of(finding, project, generator)
        cells = list(map(self._memory.cells.get, example.keys))
        score = self._score(cells, self._distances(example, cells))
        # the rates are rates of the same few outcomes: at first they must not all be believed
        return _sigmoid(score * self.learned / (self.learned + _DOUBT))

    def learn(self, finding: FindingRecord, project: str, generator: str, *, acted: bool) -> None:
        """Take in what became of a finding."""
        example = example_of(finding, project, generator)
        cells = list(map(self._memory.cells.get, example.keys))
        distances = self._distances(example, cells)
        outcome = float(acted)
        error = _sigmoid(self._score(cells, distances)) - outcome
        for place, value in enumerate(distances):
            gradient = error * value
            self._energy[place] += gradient * gradient
            self._weights[place] -= _STEP * gradient / math.sqrt(1 + self._energy[place])
        squared = error * error
        cell = self._memory.cell
        for key in example.keys:
            if not key:
                continue
            found = cell(key)
            found.energy += squared
            found.weight -= _KEY_STEP * error / math.sqrt(1 + found.energy)
            found.count(outcome)
        cell("all").count(outcome)
        self._memory.put(example.file, example.line, example.rule, outcome)
        self.learned += 1

    def _score(self, cells: Sequence[Cell | None], distances: Sequence[float]) -> float:
        score: float = sum(map(mul, self._weights, distances))
        for cell in cells:
            if cell is not None:
                score += cell.weight
        return score

    def _distances(self, example: Example, cells: Sequence[Cell | None]) -> tuple[float, ...]:
        """In the order of ``START``; a rate of which nothing is known lies at no distance."""
        project = _rate(cells[0], _rate(self._memory.cells.get("all"), (PRIOR_RATE, 0.0)))
        family = _rate(cells[1], project)
        rule = _rate(cells[2], family)
        kind = _rate(cells[3], rule)
        file = _rate(cells[5], project)
        here = _rate(cells[7], kind)
        return (
            1.0,
            project[1],
            family[1] - project[1],
            rule[1] - family[1],
            kind[1] - rule[1],
            _rate(cells[4], rule)[1] - rule[1],
            file[1] - project[1],
            _rate(cells[6], project)[1] - project[1],
            here[1] - kind[1],
            _rate(cells[8], kind)[1] - kind[1],
            *self._nearby(example, file, here),
            _words(cells[FIRST_TOKEN:], project),
        )

    def _nearby(self, example: Example, file: _Rate, here: _Rate) -> tuple[float, float, float]:
        """What became of the findings around it, near ones first; of its rule; on its line."""
        around = self._memory.around(example.file, example.line, _REACH)
        if not around:
            return _NOTHING_NEAR
        acted = total = same_acted = same_total = on_line = line_total = 0.0
        here_line, own_rule = example.line, example.rule
        for line, rule, outcome in around:
            away = line - here_line if line >= here_line else here_line - line
            weight = _NEAR_WEIGHTS[away]
            acted += weight * outcome
            total += weight
            if rule == own_rule:
                weight = _SAME_WEIGHTS[away]
                same_acted += weight * outcome
                same_total += weight
            if not away:
                on_line += outcome
                line_total += 1
        near = _logit((acted + file[0]) / (total + 1)) - file[1]
        alike = line_distance = 0.0
        if same_total:
            alike = _logit((same_acted + here[0]) / (same_total + 1)) - here[1]
        if line_total:
            line_distance = _logit((on_line + 0.5 * file[0]) / (line_total + 0.5)) - file[1]
        return near, alike, line_distance

    def as_state(self) -> dict[str, Any]:
        """Everything, JSON-serialisable."""
        return {
            "learned": self.learned,
            "weights": dict(zip(_NAMES, self._weights, strict=True)),
            "energy": dict(zip(_NAMES, self._energy, strict=True)),
            **self._memory.as_state(),
        }

    @classmethod
    def from_state(cls, state: Mapping[str, Any]) -> "RankingModel":
        """What ``as_state`` gave; of a model with other weights only the counts are kept."""
        model = cls(int(state.get("learned", 0)), Memory.from_state(state))
        weights = state.get("weights", {})
        if weights.keys() == START.keys():
            model._weights = [float(weights[name]) for name in _NAMES]
            model._energy = [float(state["energy"][name]) for name in _NAMES]
        return model


def _rate(cell: Cell | None, general: _Rate) -> _Rate:
    """The rate of a key, which starts from the more general one."""
    if cell is None:
        return general
    acted = cell.acted + POOLING * general[0]
    total = cell.total + POOLING
    rest = total - acted
    if acted < _LEAST or rest < _LEAST:
        return acted / total, _logit(acted / total)
    return acted / total, math.log(acted / rest)


def _words(cells: Sequence[Cell | None], project: _Rate) -> float:
    """What the words that say most, say together."""
    rate, general = project
    found = []
    for cell in cells:
        if cell is not None:
            acted = cell.acted + _WORD_POOLING * rate
            rest = cell.total + _WORD_POOLING - acted
            found.append(math.log(max(acted, _LEAST) / max(rest, _LEAST)) - general)
    if len(found) > _WORDS:
        found.sort(key=abs)
    return sum(found[-_WORDS:]) / _WORDS


def _logit(rate: float) -> float:
    rate = min(max(rate, _LEAST), 1 - _LEAST)
    return math.log(rate / (1 - rate))


def _sigmoid(score: float) -> float:
    return 1 / (1 + math.exp(-min(max(score, -30.0), 30.0)))
