"""What the words behind a call say of it: a value, an exception, or nothing."""

import ast
import builtins
import re
from dataclasses import dataclass

from autovet.source.executables.expressions import Names, parse_expression

_WILL = r"(?:should|will|must|would|shall|can)\s+"
_SAYS = (
    rf"(?:{_WILL})?(?:returns?|gives?|yields?|produces?|outputs?|prints?|be(?:comes?)?|equals?|is"
    r"|evaluates?\s+to|results?\s+in|results?\s+is|equal\s+to)(?:\s+(?:equal\s+to|exactly))?"
)
ARROW = re.compile(
    rf"\s*(?:#\s*)?(?:={{1,3}}>|-{{1,3}}>|➞|→|⇒|➔|⟶|↦|={{1,3}}|:(?=\s)|(?<=\s){_SAYS}\b)"
    rf"(?:\s*(?:{_SAYS})\b)?(?:\s*:)?\s*",
    re.IGNORECASE,
)
SYMBOL = re.compile(r"\s+(?:={1,2}>|-{1,2}>|➞|→|⇒|➔|⟶|↦|becomes|yields|gives)\s+")
_COMMENT = re.compile(r"\s*#+\s*(?:->|=>|→)?\s*")
_RAISES = re.compile(
    rf"\s*(?:#\s*)?(?:[=-]{{1,2}}>|→|➞|:)?\s*(?:{_WILL})?(?:raises?|throws?)\s+(?:an?\s+)?"
    r"(?P<error>[A-Za-z_][\w.]*)",
    re.IGNORECASE,
)
_REMARK = re.compile(
    r"\s+[(#]|\s+(?:because|since|as|and|but|while|whereas|where|so|for|in|not|rather|instead)\b"
    r"|[.!;](?=\s|$)|,\s+(?=[A-Za-z`])|\s*//\s|\)(?=[\s.,;]|$)|\s+[-\u2013\u2014]\s"
)


@dataclass(frozen=True, slots=True)
class Told:
    """A stated result: the expression of a value, or the name of an exception."""

    returns: str | None = None
    raises: str | None = None


def told_of(rest: str, names: Names) -> Told | None:
    """Read what follows a call on its line; None where it says nothing plain."""
    raised = _RAISES.match(rest)
    if raised is not None:
        error = raised["error"].rpartition(".")[2]
        return Told(raises=error) if _is_exception(error, names) else None
    arrow = ARROW.match(rest)
    if arrow is not None:
        value = value_at_start(rest[arrow.end() :], names)
        return Told(returns=value) if value else None
    comment = _COMMENT.match(rest)
    value = names.value(rest[comment.end() :]) if comment and comment.end() else None
    return Told(returns=value) if value else None


def value_at_start(text: str, names: Names) -> str | None:
    """The value at the beginning of a text, as far as a remark or another sentence."""
    value = names.value(text)
    for remark in [] if value else _REMARK.finditer(text):
        value = names.value(text[: remark.start()])
        if value:
            break
    return value


def _is_exception(name: str, names: Names) -> bool:
    known = getattr(builtins, name, None)
    if isinstance(known, type):
        return issubclass(known, BaseException)
    return name in names.bound and name[:1].isupper()


def call_at(text: str, start: int) -> tuple[ast.Call, int] | None:
    """The call that begins at a position of the text, and where it ends."""
    end = _closing(text, text.index("(", start))
    if end is None:
        return None
    call = parse_expression(text[start:end])
    return (call, end) if isinstance(call, ast.Call) else None


def _closing(text: str, opening: int) -> int | None:
    """Where the bracket that opens at a position is closed; strings count as one piece."""
    depth, quote, index = 0, "", opening
    while index < len(text):
        letter = text[index]
        if quote:
            if letter == "\\":
                index += 1
            elif letter == quote:
                quote = ""
        elif letter in "\"'":
            quote = letter
        elif letter in "([{":
            depth += 1
        elif letter in ")]}":
            depth -= 1
            if depth == 0:
                return index + 1
        index += 1
    return None
