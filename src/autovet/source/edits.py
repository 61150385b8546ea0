"""Applies edits to a text."""

from collections.abc import Iterable

from autovet.domain.fix import Edit
from autovet.source.text_lines import TextLines


class OverlappingEdits(ValueError):  # noqa: N818 (names what is wrong with the argument)
    """Two edits change the same characters."""


def apply_edits(text: str, edits: Iterable[Edit]) -> str:
    """Return the text with all edits made; insertions at one place keep their order.

    Raises:
        OverlappingEdits: two different edits touch the same characters.
    """
    lines = TextLines(text)
    pieces: list[str] = []
    done = 0
    for edit in sorted(dict.fromkeys(edits), key=lambda e: (e.span.start, e.span.end)):
        start = lines.offset(edit.span.line, edit.span.column)
        end = lines.offset(edit.span.end_line, edit.span.end_column)
        if start < done or end < start:
            raise OverlappingEdits(f"line {edit.span.line} is changed twice")
        pieces += [text[done:start], edit.text]
        done = end
    return "".join([*pieces, text[done:]])
