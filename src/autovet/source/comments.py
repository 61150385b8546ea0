"""The comments of a text."""

import io
import tokenize
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Comment:
    """A comment with its ``#``; line and column count from 1.

    Attributes:
        alone: nothing but white space stands before it on its line.
    """

    line: int
    column: int
    text: str
    alone: bool


def comments_of(text: str) -> tuple[Comment, ...]:
    """Return the comments in order; those after a token error are left out."""
    if "#" not in text:
        return ()
    found: list[Comment] = []
    try:
        for token in tokenize.generate_tokens(io.StringIO(text, newline="").readline):
            if token.type == tokenize.COMMENT:
                line, column = token.start
                alone = not token.line[:column].strip()
                found.append(Comment(line, column + 1, token.string, alone))
    except (tokenize.TokenError, SyntaxError):
        pass  # an input that does not parse has been reported by the gate already
    return tuple(found)
