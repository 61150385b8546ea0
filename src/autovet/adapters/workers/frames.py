"""Messages between the pool and a worker: a length of four bytes, then MessagePack."""

from dataclasses import dataclass
from typing import BinaryIO

import msgspec

from autovet.domain.admission import Admission
from autovet.domain.context import Context
from autovet.domain.inspection import Inspection
from autovet.domain.source import Source

LENGTH_BYTES = 4
_encoder = msgspec.msgpack.Encoder()


@dataclass(frozen=True, slots=True)
class InspectRequest:
    """Parse and check one source."""

    source: Source
    context: Context


@dataclass(frozen=True, slots=True)
class WorkerAnswer:
    """What a worker says; exactly one field is set, ``ready`` once after its start."""

    ready: bool = False
    admission: Admission | None = None
    inspection: Inspection | None = None
    failure: str | None = None


def pack(message: InspectRequest | WorkerAnswer) -> bytes:
    """Encode a message with its length in front."""
    body = _encoder.encode(message)
    return len(body).to_bytes(LENGTH_BYTES, "big") + body


def unpack_answer(body: bytes) -> WorkerAnswer:
    """Decode a worker's answer.

    Raises:
        msgspec.DecodeError: it is none.
    """
    return msgspec.msgpack.decode(body, type=WorkerAnswer)


def unpack_request(body: bytes) -> InspectRequest:
    """Decode a request to a worker."""
    return msgspec.msgpack.decode(body, type=InspectRequest)


def read_frame(stream: BinaryIO) -> bytes | None:
    """Read one message body; None at the end of the stream."""
    head = stream.read(LENGTH_BYTES)
    if len(head) < LENGTH_BYTES:
        return None
    return stream.read(int.from_bytes(head, "big"))
