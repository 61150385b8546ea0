"""Disarms the suppression comments of other tools, character for character.

Servers honour ``# noqa``, ``# type: ignore`` and their like inside the code under test, and no
setting turns all of them off. Code must not silence its own judge unnoticed, so the analyzers are
shown a text in which those words are misspelt; every position stays the same.
"""

import re

from autovet.source.comments import comments_of
from autovet.source.text_lines import TextLines

_ANY = re.compile(
    r"noqa|ruff\s*:|ty\s*:|type\s*:|pyrefly\s*:|mypy\s*:|flake8\s*:|pyright\s*:", re.IGNORECASE
)
_WORDS = re.compile(
    r"(noq)a|(ruff|ty|pyrefly|mypy|flake8|pyright)\s*:|(type)\s*:(?=\s*ignore)", re.IGNORECASE
)


def neutralise(text: str) -> str:
    """Return the text with the suppression comments of ruff, ty and others misspelt."""
    if not _ANY.search(text):
        return text
    lines = TextLines(text)
    pieces: list[str] = []
    done = 0
    for comment in comments_of(text):
        start = lines.offset(comment.line, comment.column)
        pieces += [text[done:start], _WORDS.sub(_misspell, comment.text)]
        done = start + len(comment.text)
    return "".join([*pieces, text[done:]])


def _misspell(match: re.Match[str]) -> str:
    word = match.group()
    return word[:-1] + "_"
