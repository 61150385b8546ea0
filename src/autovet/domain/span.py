"""A region of a text."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A half-open region: lines and columns count from 1, columns in characters.

    ``end_column`` is the column after the last character, so an insertion has equal ends.
    """

    line: int
    column: int
    end_line: int
    end_column: int

    @property
    def start(self) -> tuple[int, int]:
        """The position of the first character."""
        return (self.line, self.column)

    @property
    def end(self) -> tuple[int, int]:
        """The position after the last character."""
        return (self.end_line, self.end_column)

    def overlaps(self, other: "Span") -> bool:
        """Tell whether the two share a character, or one is an insertion inside the other."""
        return self.start < other.end and other.start < self.end

    def touches_line(self, line: int) -> bool:
        """Tell whether any part of the region lies on ``line``."""
        return self.line <= line <= self.end_line
