"""What a server reports, with positions as we count them."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from autovet.domain.fix import Edit, Fix, Safety
from autovet.domain.span import Span

MOST_PER_CODE = 200
_LINE_END = re.compile(r"\r\n|\r|\n")
ENCODINGS = ("utf-32", "utf-16", "utf-8")
"""The position encodings that we understand, best first."""


class Positions:
    """Turns a server's positions (from 0, in code units) into ours (from 1, in characters)."""

    def __init__(self, text: str, encoding: str) -> None:
        """Prepare for one text; only encodings other than ``utf-32`` look into it."""
        self._encoding = encoding
        self._lines = [] if encoding == "utf-32" else _LINE_END.split(text)

    def span(self, region: Mapping[str, Any]) -> Span:
        """Translate a range."""
        return Span(*self._position(region["start"]), *self._position(region["end"]))

    def _position(self, position: Mapping[str, int]) -> tuple[int, int]:
        line, unit = position["line"], position["character"]
        if self._encoding == "utf-32" or line >= len(self._lines):
            return line + 1, unit + 1
        if self._encoding == "utf-8":
            head = self._lines[line].encode()[:unit].decode(errors="ignore")
        else:
            head = self._lines[line].encode("utf-16-le")[: 2 * unit].decode("utf-16-le", "ignore")
        return line + 1, len(head) + 1


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One report of a server.

    Attributes:
        code: the engine's name for it; empty for a hint that has none.
        severity: 1 error, 2 warning, 3 information, 4 hint.
        message: everything the engine says; the first paragraph is the statement.
        edits: the engine's own fix, empty without one.
        fix_title: what the fix does.
        fix_is_safe: the engine calls the fix safe.
        places: where the receiver's classes or the called functions are defined, as the engine
            resolved them: files with lines from 1.
        tentative: the engine does not say this; it is left to whoever knows those places.
    """

    code: str
    severity: int
    message: str
    span: Span
    edits: tuple[Edit, ...] = ()
    fix_title: str = ""
    fix_is_safe: bool = False
    places: tuple[tuple[Path, int], ...] = ()
    tentative: bool = False

    @property
    def statement(self) -> str:
        """The first paragraph of the message in one line."""
        return " ".join(self.message.partition("\n\n")[0].split())

    @property
    def fix(self) -> Fix | None:
        """The engine's fix; one that it does not call safe is for a person to judge."""
        # A text with a comment may hold one that was disarmed, which must not get into the code.
        if not self.edits or any("#" in edit.text for edit in self.edits):
            return None
        safety = Safety.LIKELY if self.fix_is_safe else Safety.MANUAL
        return Fix(self.edits, self.fix_title or "Apply the fix of the engine", safety)


def read_diagnostics(report: Any, text: str, encoding: str) -> tuple[Diagnostic, ...]:
    """Read the answer to ``textDocument/diagnostic``.

    Raises:
        ValueError: it is no such answer.
    """
    positions = Positions(text, encoding)
    try:
        return tuple(_read(item, positions) for item in _no_flood(report["items"]))
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"not a diagnostic report: {error!r}") from error


def _no_flood(items: Iterable[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
    """The first reports of each code: ten thousand alike say no more than two hundred."""
    seen: Counter[str] = Counter()
    for item in items:
        code = str(item.get("code") or "")
        seen[code] += 1
        if seen[code] <= MOST_PER_CODE:
            yield item


def _read(item: Mapping[str, Any], positions: Positions) -> Diagnostic:
    data = item.get("data") or {}
    edits = tuple(Edit(positions.span(e["range"]), e["newText"]) for e in _edits(data))
    return Diagnostic(
        code=str(item.get("code") or ""),
        severity=int(item.get("severity") or 1),
        message=str(item["message"]),
        span=positions.span(item["range"]),
        edits=edits,
        fix_title=str(data.get("title") or data.get("fix_title") or ""),
        fix_is_safe=bool(data.get("is_preferred") or data.get("preferred")),
    )


def _edits(data: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    """The edits that the engine keeps for its own code actions: ruff plain, ty by file."""
    edits = data.get("edits") or []
    if not isinstance(edits, dict):
        return tuple(edits)
    return tuple(*edits.values()) if len(edits) == 1 else ()  # never into other files
