"""The base protocol: JSON messages behind a ``Content-Length`` header."""

import asyncio
import json
from collections.abc import Mapping
from typing import Any

_MAX_BODY = 64 * 1024 * 1024


class MalformedMessage(Exception):  # noqa: N818 (reads as what it reports)
    """The peer sent something that is no message."""


def encode(message: Mapping[str, Any]) -> bytes:
    """Frame a message.

    Raises:
        UnicodeEncodeError: a text in it cannot be encoded as UTF-8 (a lone surrogate).
    """
    body = json.dumps(message, ensure_ascii=False, separators=(",", ":")).encode()
    return b"Content-Length: %d\r\n\r\n%b" % (len(body), body)


async def read_message(reader: asyncio.StreamReader) -> dict[str, Any] | None:
    """Read one message, or None at the end of the stream.

    Raises:
        MalformedMessage: header or body break the protocol.
    """
    length = await _read_header(reader)
    if length is None:
        return None
    try:
        message = json.loads(await reader.readexactly(length))
    except asyncio.IncompleteReadError:
        return None
    except ValueError as error:
        raise MalformedMessage(f"the body is no JSON: {error}") from error
    if not isinstance(message, dict):
        raise MalformedMessage("the body is no JSON object")
    return message


async def _read_header(reader: asyncio.StreamReader) -> int | None:
    length: int | None = None
    while True:
        try:
            line = await reader.readline()
        except ValueError as error:  # longer than the stream's limit
            raise MalformedMessage("a header line does not end") from error
        if not line.endswith(b"\n"):
            if line.strip():
                raise MalformedMessage(f"the stream ends in {line[:60]!r}")
            return None
        name, colon, value = line.partition(b":")
        if not line.strip():
            if length is None:
                raise MalformedMessage("a header without Content-Length")
            return length
        if not colon:
            raise MalformedMessage(f"{line[:60]!r} is no header")
        if name.strip().lower() == b"content-length":
            if not value.strip().isdigit() or int(value) > _MAX_BODY:
                raise MalformedMessage(f"{line[:60]!r} is no length")
            length = int(value)
