"""What a search for repairs found."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from autovet.engines.healing.small_edits.change import Change


@dataclass(frozen=True, slots=True)
class Repair:
    """A change after which every example, contract and rule holds.

    Attributes:
        text: the changed text.
        cluster: the number of the group that behaves the same on all generated inputs.
        crashes: the share of the generated inputs on which it raises, ends or hangs.
        provable: whether everything as simple as it was tried; more than one edit at once never
            is, because the space of pairs is not searched through.
    """

    change: Change
    text: str
    cluster: int = 0
    crashes: float = 0.0
    provable: bool = True


@dataclass(frozen=True, slots=True)
class Search:
    """The outcome of a search.

    Attributes:
        repairs: the plausible changes, best first.
        inputs: on how many generated inputs they were compared.
        clusters: how many different behaviours they show there.
        questions: the input that tells them apart best, with what each would return.
        exhausted: every single edit was tried within the budget.
    """

    repairs: tuple[Repair, ...] = ()
    inputs: int = 0
    clusters: int = 0
    questions: tuple[Mapping[str, Any], ...] = ()
    tried: int = 0
    exhausted: bool = False
    failing: tuple[str, ...] = field(default=())
