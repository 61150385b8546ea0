"""Records to JSON text and back."""

from collections.abc import Mapping
from typing import Any, TypeVar

import msgspec

T = TypeVar("T")


def encode(value: Any) -> str:
    """Write a record or a mapping as JSON; what JSON cannot hold becomes its ``str``."""
    try:
        return msgspec.json.encode(value, enc_hook=str).decode()
    except (UnicodeEncodeError, TypeError):
        # lone surrogates, and keys that are no strings
        return msgspec.json.encode(_writable(msgspec.to_builtins(value, enc_hook=str))).decode()


def decode(text: str, kind: type[T]) -> T:
    """Read a record.

    Raises:
        msgspec.DecodeError: the text is no record of this kind.
    """
    return msgspec.json.decode(text, type=kind)


def decode_all(texts: list[str], kind: type[T]) -> tuple[list[T], int]:
    """Read the records that can be read, and count those that cannot."""
    decoder = msgspec.json.Decoder(kind)
    records: list[T] = []
    for text in texts:
        try:
            records.append(decoder.decode(text))
        except (msgspec.DecodeError, UnicodeError):
            continue
    return records, len(texts) - len(records)


def column_text(text: str) -> str:
    """Make text fit for a column of any database: no NUL, no lone surrogates."""
    if text.isascii() and "\0" not in text:
        return text
    return text.encode("utf-8", "backslashreplace").decode().replace("\0", "\\x00")


def _writable(value: Any) -> Any:
    if isinstance(value, str):
        return value.encode("utf-8", "backslashreplace").decode()
    if isinstance(value, Mapping):
        return {_writable(str(key)): _writable(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_writable(item) for item in value]
    return value
