"""Plain values as the sandbox would tell them, without asking it.

What is expected then never comes near the code that is held against it.
"""

import ast
import json
from typing import Any

from autovet.domain.execution import StepOutcome

_LONGEST = 500
"""Characters."""
_TEXT = 400


def literal_outcome(expression: str) -> StepOutcome | None:
    """What evaluating a literal gives; None where it is none, or too long."""
    if len(expression) > _LONGEST:
        return None
    try:
        value = ast.literal_eval(expression.strip())
        told = repr(value)
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        return None
    text = told if len(told) <= _TEXT else told[: _TEXT - 1] + "…"
    return StepOutcome("returned", value=encoded(value), text=text)


def encoded(value: Any) -> list[Any]:
    """The encoding of a value made of literals."""
    match value:
        case None:
            return ["none"]
        case bool():
            return ["bool", value]
        case int() | float() | complex():
            return _number(value)
        case str():
            return _text(value)
        case bytes():
            return ["bytes", value.hex()]
        case list() | tuple():
            return [type(value).__name__, [encoded(item) for item in value]]
        case set():
            return ["set", sorted(map(encoded, value), key=json.dumps)]
        case dict():
            return ["dict", [[encoded(k), encoded(v)] for k, v in value.items()]]
    return ["opaque", f"{type(value).__module__}.{type(value).__qualname__}"]  # an ellipsis


def _number(value: Any) -> list[Any]:
    if isinstance(value, int):
        return ["int", str(value) if -(2**63) <= value < 2**63 else hex(value)]
    if isinstance(value, float):
        return ["float", value.hex()]
    return ["complex", value.real.hex(), value.imag.hex()]


def _text(value: str) -> list[Any]:
    try:
        value.encode("utf-8")
    except UnicodeEncodeError:
        return ["text", value.encode("utf-8", "surrogatepass").hex()]
    return ["str", value]
