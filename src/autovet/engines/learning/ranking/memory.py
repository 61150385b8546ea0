"""What is counted: how often a key was acted on, and what the regression makes of it."""

from bisect import bisect_left, insort
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

MEMORY = 400.0
"""Outcomes that a key remembers; older ones fade, so that a change of mind is followed."""
MOST_CELLS = 60_000
MOST_FILES = 2_000
MOST_NEIGHBOURS = 300


@dataclass(slots=True)
class Cell:
    """One key's counts, its weight in the regression and the sum of its squared gradients."""

    acted: float = 0.0
    total: float = 0.0
    weight: float = 0.0
    energy: float = 0.0

    def count(self, acted: float) -> None:
        """Take one outcome in."""
        if self.total >= MEMORY:
            self.acted *= MEMORY / (self.total + 1)
            self.total = MEMORY * self.total / (self.total + 1)
        self.acted += acted
        self.total += 1


@dataclass(slots=True)
class Memory:
    """All keys, and where in each file which outcomes were; both stay bounded.

    Attributes:
        cells: key to its counts.
        files: file key to line, rule key and outcome, by line.
    """

    cells: dict[str, Cell] = field(default_factory=dict)
    files: dict[str, list[tuple[int, str, float]]] = field(default_factory=dict)

    def cell(self, key: str) -> Cell:
        """The counts of a key, made when they are first needed."""
        found = self.cells.get(key)
        if found is None:
            if len(self.cells) >= MOST_CELLS:
                self._forget()
            found = self.cells[key] = Cell()
        return found

    def _forget(self) -> None:
        """Keep the half that was seen most; of equals the newer."""
        order = sorted(self.cells, key=lambda key: self.cells[key].total, reverse=True)
        kept = set(order[: MOST_CELLS // 2])
        self.cells = {key: cell for key, cell in self.cells.items() if key in kept}

    def put(self, file: str, line: int, rule: str, acted: float) -> None:
        """Note where an outcome was."""
        places = self.files.pop(file, [])
        insort(places, (line, rule, acted))
        if len(places) > MOST_NEIGHBOURS:
            del places[0 if line > places[len(places) // 2][0] else -1]
        self.files[file] = places
        if len(self.files) > MOST_FILES:
            del self.files[next(iter(self.files))]

    def around(self, file: str, line: int, reach: int) -> list[tuple[int, str, float]]:
        """The outcomes at most ``reach`` lines away."""
        places = self.files.get(file)
        if not places:
            return []
        low = bisect_left(places, (line - reach,))
        high = bisect_left(places, (line + reach + 1,), low)
        return places[low:high]

    def as_state(self) -> dict[str, Any]:
        """Everything, JSON-serialisable."""
        return {
            "cells": {
                key: [round(v, 5) for v in (c.acted, c.total, c.weight, c.energy)]
                for key, c in self.cells.items()
            },
            "files": self.files,
        }

    @classmethod
    def from_state(cls, state: Mapping[str, Any]) -> "Memory":
        """What ``as_state`` gave."""
        return cls(
            {key: Cell(*map(float, values)) for key, values in state.get("cells", {}).items()},
            {
                file: [(int(line), str(rule), float(acted)) for line, rule, acted in places]
                for file, places in state.get("files", {}).items()
            },
        )
