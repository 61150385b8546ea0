"""What a model is asked to repair."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class RepairRequest:
    """A text and what is wrong with it.

    Attributes:
        problems: one sentence each, with the line where it is known.
    """

    code: str
    path: str
    problems: tuple[str, ...]
