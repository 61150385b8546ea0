"""Results of sources that come again: the same source, context and state give the same verdict."""

import asyncio
import hashlib
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import msgspec

from autovet.domain.context import Context
from autovet.domain.event import ValidationRecord
from autovet.domain.policy import Policy
from autovet.domain.source import Source
from autovet.engines.healing.proof import Judged
from autovet.ports import KeptFiles

MOST_BYTES = 64 * 2**20
_CHECKED_AGAIN = 50
"""Every so manieth hit is validated all the same, and compared."""
_MOST_WRITING = 8
"""Results on their way to the disk; while it is slower, others are kept in memory only."""


@dataclass(frozen=True, slots=True)
class KeptResult:
    """One result, and what the engines are told about it.

    Attributes:
        body: the result, packed: each caller gets a mapping of their own.
        stage: where it comes from, as a stage of the run.
    """

    body: bytes
    record: ValidationRecord
    judged: Judged
    stage: str = "cache"

    def unpacked(self) -> dict[str, Any]:
        """The result as a mapping that nobody else holds."""
        unpacked: dict[str, Any] = msgspec.msgpack.decode(self.body)
        return unpacked

    def record_at(self, validation_id: str, at: float, elapsed_ms: float) -> ValidationRecord:
        """The record of a validation that was answered with it."""
        return replace(
            self.record,
            validation_id=validation_id,
            at=at,
            elapsed_ms=elapsed_ms,
            stages={self.stage: elapsed_ms},
            checks={},
        )


class KeptResults:
    """The results used last, within a number and 64 MiB; nothing is kept while the number is 0.

    Results that rest on a directory on disk, or that hold anything undecided, are never kept.

    Args:
        stamp: names the packages installed in an environment: another stamp, another result.
        files: where results outlive the process, where that is asked for.
    """

    def __init__(self, stamp: Callable[[str | None], str], files: KeptFiles | None = None) -> None:
        self._stamp = stamp
        self._files = files
        self._writing: set[asyncio.Future[None]] = set()
        self.found_on_disk = 0
        self._known: OrderedDict[str, KeptResult] = OrderedDict()
        self._bytes = 0
        self.hits = self.misses = self.disagreements = 0

    def key(self, source: Source, context: Context, policy: Policy) -> str | None:
        """What the result depends on, hashed; None where that cannot be told cheaply."""
        if context.root is not None:
            return None
        digest = hashlib.sha256(source.data)
        given = msgspec.msgpack.encode(context, order="deterministic", enc_hook=repr)
        digest.update(hashlib.sha256(given).digest())
        ended = policy.ended(time.time())
        digest.update(f"\0{policy.version}\0{ended}\0{self._stamp(context.environment)}".encode())
        return digest.hexdigest()

    def find(self, key: str) -> KeptResult | None:
        """The kept result; None also for every 50th hit, so that a wrong one shows itself."""
        kept = self._known.get(key)
        if kept is None:
            self.misses += 1
            return None
        self.hits += 1
        if self.hits % _CHECKED_AGAIN == 0:
            return None
        self._known.move_to_end(key)
        return kept

    async def recall(self, key: str, most: int) -> KeptResult | None:
        """The result that is kept on disk, if there is one; it is kept in memory from then on."""
        if self._files is None or key in self._known:
            return None  # what memory holds and did not give out is to be compared
        await asyncio.to_thread(self._files.prepare)
        if not self._files.holds(key):
            return None
        kept = await asyncio.to_thread(self._read, key)
        if kept is None:
            return None
        self.found_on_disk += 1
        self.keep(key, replace(kept, stage="cache"), most)
        return None if self.found_on_disk % _CHECKED_AGAIN == 0 else kept

    def save(self, key: str, kept: KeptResult) -> None:
        """Put a result on disk, in a thread; nobody waits for it."""
        if self._files is None or len(self._writing) >= _MOST_WRITING:
            return
        writing = asyncio.get_running_loop().run_in_executor(None, self._write, key, kept)
        self._writing.add(writing)
        writing.add_done_callback(self._writing.discard)

    def _write(self, key: str, kept: KeptResult) -> None:
        assert self._files is not None  # noqa: S101 (narrows the type)
        self._files.prepare()
        self._files.write(key, msgspec.msgpack.encode(kept, enc_hook=str))

    def _read(self, key: str) -> KeptResult | None:
        assert self._files is not None  # noqa: S101 (narrows the type)
        body = self._files.read(key)
        if body is None:
            return None
        try:
            kept = msgspec.msgpack.decode(body, type=KeptResult)
        except (msgspec.DecodeError, UnicodeError):
            return None
        return replace(kept, stage="disk-cache")

    def keep(self, key: str, kept: KeptResult, most: int) -> bool:
        """Keep a result; False where the one kept before says otherwise, and all are dropped."""
        before = self._known.pop(key, None)
        if before is not None:
            self._bytes -= len(before.body)
            if _gist(before.unpacked()) != _gist(kept.unpacked()):
                self.disagreements += 1
                self.clear()
                return False
        self._known[key] = kept
        self._bytes += len(kept.body)
        while self._known and (len(self._known) > most or self._bytes > MOST_BYTES):
            _, forgotten = self._known.popitem(last=False)
            self._bytes -= len(forgotten.body)
        return True

    def clear(self) -> None:
        """Forget everything."""
        self._known.clear()
        self._bytes = 0
        if self._files is not None:
            self._files.clear()

    def status(self) -> dict[str, int]:
        """Entries, bytes, hits, misses and disagreements."""
        return {
            "entries": len(self._known),
            "bytes": self._bytes,
            "hits": self.hits,
            "misses": self.misses,
            "disagreements": self.disagreements,
            "found_on_disk": self.found_on_disk,
        }


def _gist(result: Mapping[str, Any]) -> tuple[object, ...]:
    """The decision, and the id and severity of each finding."""
    findings = sorted(
        (finding["id"], finding["severity"])
        for part in result.values()
        if isinstance(part, Mapping)
        for finding in part.get("findings", ())
    )
    return result["verdict"], tuple(findings)
