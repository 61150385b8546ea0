"""Groups candidates by what they do on generated inputs, and finds the input that tells most."""

import json
import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from autovet.domain.execution import Step, StepOutcome
from autovet.engines.healing.repair import Repair

Row = tuple[StepOutcome, ...]
CRASH_COST = 3.0
"""What raising on every generated input adds to the cost of a candidate."""
RAISING_COST = 0.5
"""What asking for an input on which all raise costs: it is hardly one that anybody cares about."""
SHARPNESS = 3.0
"""How fast the weight of a candidate falls with its cost; see ``clustered``."""
_MOST_OUTCOMES = 6
_MOST_SLOW = 0.3
_EXACT = 10**9


def clustered(
    repairs: Sequence[Repair], rows: Sequence[Row | None], inputs: int
) -> tuple[list[Repair], list[list[str]]]:
    """The candidates, best first and with their cluster, and their behaviours.

    The rank is the cost of the edit and a penalty for raising on inputs; one that could not be
    run to its end counts as raising everywhere. A behaviour that many cheap edits lead to comes
    before one that a single edit leads to: the weights of its candidates add up. ``inputs`` is
    how many outcomes a row has.
    """
    ran = list(zip(repairs, rows, strict=True))
    shown = [
        [signature(o) for o in row] if row and len(row) == inputs else [f"ended {n}"] * inputs
        for n, (_, row) in enumerate(ran)
    ]
    crashes = [sum(not s.startswith("=") for s in signs) / max(1, len(signs)) for signs in shown]
    fewest = min(crashes, default=0.0)
    costs = [
        repair.change.cost + CRASH_COST * (crashed - fewest)
        for (repair, _), crashed in zip(ran, crashes, strict=True)
    ]
    weights: defaultdict[tuple[str, ...], float] = defaultdict(float)
    for signs, cost in zip(shown, costs, strict=True):
        weights[tuple(signs)] += math.exp(-SHARPNESS * cost)
    order = sorted(range(len(ran)), key=lambda i: (-weights[tuple(shown[i])], costs[i]))
    numbers: dict[tuple[str, ...], int] = {}
    ranked, behaviours = [], []
    for index in order:
        cluster = numbers.setdefault(tuple(shown[index]), len(numbers))
        ranked.append(replace(ran[index][0], cluster=cluster, crashes=crashes[index]))
        behaviours.append(shown[index])
    return ranked, behaviours


def question(
    repairs: Sequence[Repair],
    behaviours: Sequence[Sequence[str]],
    steps: Sequence[Step],
    texts: Mapping[str, str],
) -> Mapping[str, Any] | None:
    """The generated call whose answer leaves least open; None where all behave the same.

    ``texts`` holds what a person reads for a signature.
    """
    weights = [math.exp(-r.change.cost - CRASH_COST * r.crashes) for r in repairs]
    best: tuple[float, int] | None = None
    for index, step in enumerate(steps):
        if step.setup:
            continue
        masses: defaultdict[str, float] = defaultdict(float)
        for weight, signs in zip(weights, behaviours, strict=True):
            masses[signs[index]] += weight
        total = sum(masses.values())
        entropy = -sum(m / total * math.log(m / total) for m in masses.values())
        raising = sum(mass for sign, mass in masses.items() if not sign.startswith("=")) / total
        score = entropy - 0.001 * len(step.expression) - RAISING_COST * raising
        slow = sum(mass for sign, mass in masses.items() if not tells(sign))
        if len(masses) > 1 and slow < _MOST_SLOW * total and (best is None or score > best[0]):
            best = (score, index)
    if best is None:
        return None
    index = best[1]
    grouped: dict[str, list[int]] = {}
    for number, signs in enumerate(behaviours):
        if not tells(signs[index]):
            continue
        grouped.setdefault(signs[index], []).append(number)
    return {
        "call": steps[index].expression,
        "outcomes": [
            {"outcome": texts.get(sign, sign), "candidates": numbers[:5], "count": len(numbers)}
            for sign, numbers in list(grouped.items())[:_MOST_OUTCOMES]
        ],
    }


def tells(sign: str) -> bool:
    """Whether a signature says what the code does, not only that it did not get there."""
    return sign.startswith(("=", "raises "))


def readable(rows: Sequence[Row | None]) -> Mapping[str, str]:
    """Signature to words, for all outcomes of these rows."""
    return {
        signature(o): f"returns {o.text}" if o.kind == "returned" else signature(o)
        for row in rows
        for o in row or ()
    }


def signature(outcome: StepOutcome) -> str:
    """What happened, so that equal results have equal texts; results begin with ``=``."""
    if outcome.kind == "returned":
        return f"={json.dumps(_plain(outcome.value))}"
    return f"raises {outcome.error}" if outcome.kind == "raised" else outcome.kind


def _plain(value: Any) -> Any:
    """The value with numbers made equal that ``==`` or a rounding error apart are the same."""
    match value:
        case ["float", str(text)]:
            return ["number", f"{float.fromhex(text) + 0.0:.9g}"]
        case ["int", str(text)] if "0x" not in text:
            return ["number", f"{int(text):.9g}" if abs(int(text)) < _EXACT else text]
        case list():
            return [_plain(item) for item in value]
    return value
