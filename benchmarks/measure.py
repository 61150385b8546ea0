"""A figure, how it was measured, and the table of them."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Measure:
    """One line of the report.

    Attributes:
        what: what was measured.
        figure: the figure, with its unit.
        note: on how much it rests, or what was left out.
    """

    what: str
    figure: str
    note: str = ""


def table(measures: Iterable[Measure]) -> str:
    """The measures as one Markdown table."""
    rows = [f"| {m.what} | {m.figure} | {m.note} |" for m in measures]
    return "\n".join(["| what | figure | note |", "|---|---|---|", *rows]) + "\n"
