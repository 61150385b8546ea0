"""Reads what a step answered; nothing in it is trusted."""

from itertools import chain
from typing import Any, Literal

import msgspec

from autovet.adapters.sandbox.inside.wire import ANSWERED, TIMEOUT
from autovet.domain.execution import CallOutcome, StepOutcome
from autovet.validation.value import is_encoded

_TEXT = 1000
_BASES = 50


class _Call(msgspec.Struct, forbid_unknown_fields=True):
    """The fields that a step may send about one of its further calls."""

    kind: Literal["returned", "raised", "overtime"]
    value: Any = None
    text: str = ""
    error: str = ""
    error_bases: list[str] = []
    message: str = ""
    line: int | None = None


class _Answer(msgspec.Struct, forbid_unknown_fields=True):
    """The fields that a step may send."""

    kind: Literal["returned", "raised", "import-failed"]
    value: Any = None
    text: str = ""
    error: str = ""
    error_bases: list[str] = []
    message: str = ""
    line: int | None = None
    holds: bool | None = None
    elapsed_ms: float = 0.0
    calls: list[list[_Call]] = []


_decoder = msgspec.json.Decoder(_Answer)


def read_outcome(
    how: int, elapsed_ms: float, result: bytes, output: bytes, *, lines: int
) -> StepOutcome:
    """The outcome of a step that ended ``how`` after ``elapsed_ms``, as the job saw it.

    ``lines`` is the number of lines in the code under test. What does not fit is ``crashed``.
    """
    stdout = output.decode("utf-8", "replace")
    if how == TIMEOUT:
        return StepOutcome("timeout", stdout=stdout, elapsed_ms=elapsed_ms)
    answer = _decode(result) if how == ANSWERED else None
    if answer is None or not _makes_sense(answer, lines):
        return StepOutcome("crashed", stdout=stdout, elapsed_ms=elapsed_ms)
    return StepOutcome(
        kind=answer.kind,
        value=answer.value,
        text=answer.text,
        error=answer.error,
        error_bases=tuple(answer.error_bases),
        message=answer.message,
        line=answer.line,
        holds=answer.holds,
        stdout=stdout,
        elapsed_ms=min(answer.elapsed_ms, elapsed_ms),
        calls=tuple(tuple(map(_call, group)) for group in answer.calls),
    )


def _call(call: _Call) -> CallOutcome:
    return CallOutcome(
        kind=call.kind,
        value=call.value,
        text=call.text,
        error=call.error,
        error_bases=tuple(call.error_bases),
        message=call.message,
        line=call.line,
    )


def _decode(result: bytes) -> _Answer | None:
    try:
        return _decoder.decode(result)
    except (msgspec.MsgspecError, RecursionError, ValueError):
        return None


def _makes_sense(answer: _Answer, lines: int) -> bool:
    if not answer.elapsed_ms >= 0 or (answer.calls and answer.kind != "returned"):
        return False
    if answer.kind != "returned" and answer.holds is not None:
        return False
    made = chain.from_iterable(answer.calls)
    return _is_outcome(answer, lines) and all(_is_outcome(call, lines) for call in made)


def _is_outcome(answer: _Answer | _Call, lines: int) -> bool:
    short = (answer.text, answer.error, answer.message, *answer.error_bases)
    if any(len(text) > _TEXT for text in short) or len(answer.error_bases) > _BASES:
        return False
    if answer.line is not None and not 1 <= answer.line <= lines + 1:
        return False
    if answer.kind == "returned":
        return not answer.error and is_encoded(answer.value)
    return bool(answer.error or answer.kind == "overtime") and answer.value is None
