"""Records of files, kept in memory and on disk, and made anew when a file changed."""

import hashlib
import os
import tempfile
import zlib
from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path

import msgspec
from platformdirs import user_cache_path

from autovet.adapters.api_index.records import ModuleRecord

_MAKERS = ("records.py", "recording.py", "reaching.py")
_MOST_IN_MEMORY = 300
_BIGGEST = 3_000_000

Build = Callable[[str], ModuleRecord | None]
"""Reads a file and records it, in a process that may die of it."""


class _Entry(msgspec.Struct, frozen=True, array_like=True):
    form: int
    path: str
    changed_ns: int
    size: int
    record: ModuleRecord | None


def _form() -> int:
    """Changes with the code that makes records, so that older entries are made again."""
    texts = [Path(__file__).with_name(name).read_bytes() for name in _MAKERS]
    return zlib.crc32(b"".join(texts))


_FORM = _form()
_ENCODER = msgspec.msgpack.Encoder()
_DECODER = msgspec.msgpack.Decoder(_Entry)


class RecordStore:
    """Gives the record of a file; one entry a file, valid for one time of change and one size.

    Args:
        build: makes a record that nobody has.
        is_passing: whether a file changes too often for an entry on disk.
        directory: where entries are kept; the user's cache by default. A directory that cannot be
            written costs time, nothing else; a damaged entry is made again.
    """

    def __init__(
        self,
        build: Build,
        is_passing: Callable[[Path], bool],
        directory: Path | None = None,
    ) -> None:
        self._build = build
        self._is_passing = is_passing
        self._directory = directory or user_cache_path("autovet") / "api"
        self._memory: OrderedDict[str, _Entry] = OrderedDict()

    def get(self, path: Path) -> ModuleRecord | None:
        """The record of a file; None when it cannot be read, parsed or built in time."""
        name = str(path)
        try:
            status = os.stat(name)  # noqa: PTH116 (asked many times a verdict)
        except OSError:
            return None
        if status.st_size > _BIGGEST:
            return None
        stamp = (status.st_mtime_ns, status.st_size)
        entry = self._memory.get(name)
        if entry is None or (entry.changed_ns, entry.size) != stamp:
            entry = self._load(name, stamp)
        if entry is None:
            try:
                entry = _Entry(_FORM, name, *stamp, self._build(name))
            except TimeoutError:
                return None  # unknown this time; the next one may find it built
            if not self._is_passing(path):
                self._save(entry)
        self._memory[name] = entry
        self._memory.move_to_end(name)
        while len(self._memory) > _MOST_IN_MEMORY:
            self._memory.popitem(last=False)
        return entry.record

    def _file(self, name: str) -> Path:
        digest = hashlib.blake2b(name.encode("utf-8", "surrogatepass"), digest_size=16)
        return self._directory / f"{digest.hexdigest()}.rec"

    def _load(self, name: str, stamp: tuple[int, int]) -> _Entry | None:
        try:
            entry = _DECODER.decode(zlib.decompress(self._file(name).read_bytes()))
        except (OSError, zlib.error, msgspec.DecodeError, RecursionError):
            return None
        valid = (entry.form, entry.path, entry.changed_ns, entry.size) == (_FORM, name, *stamp)
        return entry if valid else None

    def _save(self, entry: _Entry) -> None:
        try:
            self._directory.mkdir(parents=True, exist_ok=True)
            with tempfile.NamedTemporaryFile(dir=self._directory, delete=False) as file:
                file.write(zlib.compress(_ENCODER.encode(entry), 1))
            Path(file.name).replace(self._file(entry.path))
        except OSError:
            return
