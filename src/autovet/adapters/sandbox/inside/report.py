"""What came of an evaluation, as plain data."""

from typing import Any

from .encoding import encode

MESSAGE = 1000
_TEXT = 400


def returned(result: object) -> "dict[str, Any]":
    """What to say of a value."""
    return {"kind": "returned", "value": encode(result), "text": _shortened_repr(result)}


def raised(error: BaseException, file: str) -> "dict[str, Any]":
    """What to say of an exception that passed through ``file``, or did not."""
    return {
        "kind": "raised",
        "error": str(type(error).__name__),
        "error_bases": [str(base.__name__) for base in type(error).__mro__][:50],
        "message": shortened(error),
        "line": _line(error, file),
    }


def shortened(error: BaseException) -> str:
    """The exception's message, cut."""
    try:
        return _sayable(str(error))[:MESSAGE]
    except BaseException:  # noqa: BLE001 (its __str__ is code under test)
        return ""


def _sayable(text: str) -> str:
    """The text without what cannot be sent: halves of characters are written out."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def _line(error: BaseException, file: str) -> "int | None":
    """The innermost line of the file that the exception passed through."""
    line = None
    if isinstance(error, SyntaxError) and error.filename == file:
        line = error.lineno
    entry = error.__traceback__
    while entry is not None:
        if entry.tb_frame.f_code.co_filename == file:
            line = entry.tb_lineno
        entry = entry.tb_next
    return line


def _shortened_repr(value: object) -> str:
    try:
        text = _sayable(repr(value))
    except BaseException as error:  # noqa: BLE001 (its __repr__ is code under test)
        return f"<{type(value).__name__}, whose repr raised {type(error).__name__}>"
    return text if len(text) <= _TEXT else text[: _TEXT - 1] + "…"
