"""The base protocol: JSON messages behind a ``Content-Length`` header."""

import asyncio
import contextlib
from collections.abc import Mapping
from typing import Any

import msgspec

_MAX_BODY = 64 * 1024 * 1024
_FLOOD_BYTES, _FLOOD_ITEMS = 400_000, 1_000


class MalformedMessage(Exception):  # noqa: N818 (reads as what it reports)
    """The peer sent something that is no message."""


def encode(message: Mapping[str, Any]) -> bytes:
    """Frame a message.

    Raises:
        UnicodeEncodeError: a text in it cannot be encoded as UTF-8 (a lone surrogate).
    """
    body = msgspec.json.encode(message)
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
        message = _decode(await reader.readexactly(length))
    except asyncio.IncompleteReadError:
        return None
    except (msgspec.DecodeError, ValueError) as error:
        raise MalformedMessage(f"the body is no JSON: {error}") from error
    if not isinstance(message, dict):
        raise MalformedMessage("the body is no JSON object")
    return message


class _Flood(msgspec.Struct):
    items: list[msgspec.Raw]


class _FloodedAnswer(msgspec.Struct):
    id: int
    result: _Flood


def _decode(body: bytes) -> Any:
    """Read a body; of a flood of reports only the first, so that the event loop stays free."""
    if len(body) > _FLOOD_BYTES:
        with contextlib.suppress(msgspec.ValidationError):
            answer = msgspec.json.decode(body, type=_FloodedAnswer)
            items = [msgspec.json.decode(item) for item in answer.result.items[:_FLOOD_ITEMS]]
            return {"jsonrpc": "2.0", "id": answer.id, "result": {"kind": "full", "items": items}}
    return msgspec.json.decode(body)


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
