"""What changed in a file."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Change:
    """One file against an earlier state of it.

    Attributes:
        previous: the earlier text; None for a new file.
        lines: first and last line of each changed region, as the file is now.
    """

    previous: str | None
    lines: tuple[tuple[int, int], ...]
