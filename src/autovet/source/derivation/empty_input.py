"""What a docstring says comes of an empty input: "0.0 for an empty list"."""

import re
from dataclasses import dataclass

from autovet.source.derivation.kinds import Kind

_NOTHING = {"list": "[]", "str": "''", "tuple": "()", "dict": "{{}}", "set": "set()"}
_VALUE = (
    r"(?P<value>-?\d+(?:\.\d+)?|None|True|False|\"\"|''|\[\]|"
    r"(?:an |the )?empty (?:list|string|tuple|dict|dictionary|set))"
)
_EMPTY = (
    r"(?:an?|the)? ?(?:(?:given|input) )?"
    r"(?:list|string|text|sequence|tuple|input|dict|dictionary|set"
    r"|it|array|values|numbers|items|words)? ?(?:is |are )?"
)
_FOR_NOTHING = re.compile(
    rf"(?<![\w.]){_VALUE} (?:for|if|when|on|where|in case of) "
    rf"(?:{_EMPTY}empty\b|an? empty (?:list|string|text|sequence|tuple|input|dict|set)\b)",
    re.IGNORECASE,
)
_NOTHING_GIVES = re.compile(
    rf"\b(?:if|when|for) {_EMPTY}empty(?: (?:list|string|text|sequence|input))?,? "
    rf"(?:then )?(?:it )?(?:returns?|gives?|is|yields?) {_VALUE}(?![\w.]\w)",
    re.IGNORECASE,
)
_SPOKEN = {
    "none": "None", "true": "True", "false": "False", "empty list": "[]", "empty string": "''",
    "empty tuple": "()", "empty dict": "{{}}", "empty dictionary": "{{}}", "empty set": "set()",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Due:
    """What an empty input has to give.

    Attributes:
        given: the input.
        value: what comes of it; both as templates of a statement.
        said: the docstring's words.
    """

    given: str
    value: str
    said: str


def due_of_nothing(kind: Kind, text: str) -> Due | None:
    """The value that the docstring names for an empty input of the kind, if it names one."""
    given = _NOTHING.get(kind.name)
    plain = re.sub(r"[`\s]+", " ", text)
    for pattern in (_FOR_NOTHING, _NOTHING_GIVES) if given else ():
        found = pattern.search(plain)
        if found is not None and given is not None:
            value = found["value"]
            spoken = _SPOKEN.get(value.lower().removeprefix("an ").removeprefix("the "), value)
            return Due(given, spoken, found[0])
    return None
