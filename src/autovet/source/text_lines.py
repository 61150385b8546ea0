"""Lines and positions of a text, as the Python parser counts them."""

import re
from functools import cached_property

from autovet.domain.span import Span

_LINE_END = re.compile(r"\r\n|\r|\n")


class TextLines:
    """Converts between offsets, the parser's byte columns and our character columns."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.starts = [0, *(m.end() for m in _LINE_END.finditer(text))]

    @cached_property
    def _ascii(self) -> bool:
        return self.text.isascii()

    def __len__(self) -> int:
        """The number of lines; an unfinished last line counts."""
        return len(self.starts) - (self.starts[-1] == len(self.text) and len(self.starts) > 1)

    def line(self, number: int) -> str:
        """The text of a line (from 1), without its end."""
        start = self.starts[number - 1]
        end = self.starts[number] if number < len(self.starts) else len(self.text)
        return self.text[start:end].rstrip("\r\n")

    def column(self, line: int, byte_offset: int) -> int:
        """The character column (from 1) of the parser's UTF-8 byte offset (from 0)."""
        if self._ascii:
            return byte_offset + 1
        return len(self.line(line).encode()[:byte_offset].decode("utf-8", "ignore")) + 1

    def offset(self, line: int, column: int) -> int:
        """The offset in the text of a position (both from 1), clipped to the text."""
        if line > len(self.starts):
            return len(self.text)
        return min(self.starts[line - 1] + column - 1, len(self.text))

    def segment(self, span: Span) -> str:
        """The text inside a span."""
        return self.text[
            self.offset(span.line, span.column) : self.offset(span.end_line, span.end_column)
        ]
