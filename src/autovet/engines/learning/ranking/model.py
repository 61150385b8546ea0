"""The probability that somebody acts on a finding, learned one outcome at a time.

Every rate (of the file, the rule, the rule on such lines...) starts from the more general one and
enters the regression as its distance to it, in log-odds: where nothing was told about a file its
distances are zero and the rule's rate speaks, and where outcomes arrive within a file they do.
Weights of single keys are learned on top, with steps that shrink with what they have seen.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from autovet.domain.event import FindingRecord
from autovet.engines.learning.ranking.example import Example, example_of
from autovet.engines.learning.ranking.memory import Memory

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


@dataclass(slots=True)
class RankingModel:
    """Learns from outcomes and predicts; the same outcomes in the same order give the same.

    Attributes:
        learned: how many outcomes it has seen.
    """

    learned: int = 0
    _memory: Memory = field(default_factory=Memory)
    _weights: dict[str, float] = field(default_factory=lambda: dict(START))
    _energy: dict[str, float] = field(default_factory=lambda: dict.fromkeys(START, 0.0))

    def worth(self, finding: FindingRecord, project: str, generator: str) -> float:
        """The probability that somebody acts on the finding, 0 to 1."""
        example = example_of(finding, project, generator)
        score = self._score(example, self._distances(example))
        # the rates are rates of the same few outcomes: at first they must not all be believed
        return _sigmoid(score * self.learned / (self.learned + _DOUBT))

    def learn(self, finding: FindingRecord, project: str, generator: str, *, acted: bool) -> None:
        """Take in what became of a finding."""
        example = example_of(finding, project, generator)
        distances = self._distances(example)
        outcome = float(acted)
        error = _sigmoid(self._score(example, distances)) - outcome
        for name, value in distances.items():
            gradient = error * value
            self._energy[name] += gradient * gradient
            self._weights[name] -= _STEP * gradient / math.sqrt(1 + self._energy[name])
        squared = error * error
        cell = self._memory.cell
        for key in example.keys:
            found = cell(key)
            found.energy += squared
            found.weight -= _KEY_STEP * error / math.sqrt(1 + found.energy)
            found.count(outcome)
        cell("all").count(outcome)
        self._memory.put(example.file, example.line, example.rule, outcome)
        self.learned += 1

    def _score(self, example: Example, distances: Mapping[str, float]) -> float:
        weights, cells = self._weights, self._memory.cells
        score = 0.0
        for name, value in distances.items():
            score += weights[name] * value
        for key in example.keys:
            found = cells.get(key)
            if found is not None:
                score += found.weight
        return score

    def _distances(self, example: Example) -> dict[str, float]:
        rate = self._rate
        project = rate(example.project, rate("all", PRIOR_RATE))
        family = rate(example.family, project)
        rule = rate(example.rule, family)
        kind = rate(example.kind, rule)
        file = rate(example.file, project)
        here = rate(example.here, kind)
        of_project, of_rule, of_kind = _logit(project), _logit(rule), _logit(kind)
        of_file = _logit(file)
        return {
            "bias": 1.0,
            "project": of_project,
            "family": _logit(family) - of_project,
            "rule": of_rule - _logit(family),
            "kind": of_kind - of_rule,
            "author": _logit(rate(example.author, rule)) - of_rule,
            "file": of_file - of_project,
            "folder": _logit(rate(example.folder, project)) - of_project,
            "here": _logit(here) - of_kind,
            "shape": _logit(rate(example.shape, kind)) - of_kind,
            **self._nearby(example, file, here),
            "words": self._words(example, project),
        }

    def _rate(self, key: str, general: float) -> float:
        found = self._memory.cells.get(key)
        if found is None:
            return general
        return (found.acted + POOLING * general) / (found.total + POOLING)

    def _nearby(self, example: Example, file: float, here: float) -> dict[str, float]:
        """What became of the findings around it, near ones first."""
        acted = total = same_acted = same_total = on_line = line_total = 0.0
        for line, rule, outcome in self._memory.around(example.file, example.line, _REACH):
            away = abs(line - example.line)
            weight = math.exp(-away / NEAR_LINES)
            acted += weight * outcome
            total += weight
            if rule == example.rule:
                weight = math.exp(-away / SAME_RULE_LINES)
                same_acted += weight * outcome
                same_total += weight
            if not away:
                on_line += outcome
                line_total += 1
        if not total:
            return {"near": 0.0, "near_same": 0.0, "line": 0.0}
        of_file = _logit(file)
        alike = _logit((same_acted + here) / (same_total + 1)) - _logit(here)
        line_rate = (on_line + 0.5 * file) / (line_total + 0.5)
        return {
            "near": _logit((acted + file) / (total + 1)) - of_file,
            "near_same": alike,
            "line": _logit(line_rate) - of_file if line_total else 0.0,
        }

    def _words(self, example: Example, project: float) -> float:
        cells, general = self._memory.cells, _logit(project)
        found = []
        for token in example.tokens:
            cell = cells.get(token)
            if cell is not None and cell.total:
                rate = (cell.acted + _WORD_POOLING * project) / (cell.total + _WORD_POOLING)
                found.append(_logit(rate) - general)
        found.sort(key=abs)
        return sum(found[-_WORDS:]) / _WORDS

    def as_state(self) -> dict[str, Any]:
        """Everything, JSON-serialisable."""
        return {
            "learned": self.learned,
            "weights": self._weights,
            "energy": self._energy,
            **self._memory.as_state(),
        }

    @classmethod
    def from_state(cls, state: Mapping[str, Any]) -> "RankingModel":
        """What ``as_state`` gave; of a model with other weights only the counts are kept."""
        model = cls(int(state.get("learned", 0)), Memory.from_state(state))
        weights = state.get("weights", {})
        if weights.keys() == START.keys():
            model._weights = {name: float(weight) for name, weight in weights.items()}
            model._energy = {name: float(e) for name, e in state["energy"].items()}
        return model


def _logit(rate: float) -> float:
    rate = min(max(rate, 1e-6), 1 - 1e-6)
    return math.log(rate / (1 - rate))


def _sigmoid(score: float) -> float:
    return 1 / (1 + math.exp(-min(max(score, -30.0), 30.0)))
