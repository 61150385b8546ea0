"""Results on disk, for sources that come again after a restart or in another process."""

import contextlib
import hashlib
import os
import sys
import tempfile
import time
from collections.abc import Iterable
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from autovet.version import VERSION

_DIGEST_BYTES = 32
_SHARE_OF_ONE = 16
"""One result may take this part of the room; a larger one would push too many others out."""
_LOOKED_AT_AFTER = 16
"""Room is made each time that this part of it was written."""
_FILLED = 0.9
_ABANDONED_S = 3_600.0
_ENGINES = ("ruff", "ty")


class ResultFiles:
    """Bodies by key in the files of one directory, within a number of bytes.

    Whatever cannot be read as it was written is not there: each file begins with a hash of its key
    and body. Several processes may use the directory, for a file comes into being whole; those
    used longest ago make room. The directory is readable for its owner alone, for results hold
    the code that they are about.

    Args:
        directory: made when it is first written to.
        most_bytes: room for all files together.
        settings: whatever else, beside the versions of the programs, decides about results.
        files: files and directories whose changes change results.
    """

    def __init__(
        self,
        directory: Path,
        most_bytes: int,
        settings: Iterable[str] = (),
        files: Iterable[Path] = (),
    ) -> None:
        self._directory = directory
        self._most_bytes = most_bytes
        self._settings = tuple(settings)
        self._files = tuple(files)
        self._program = ""
        self._written = most_bytes  # the first write looks at what there is

    def prepare(self) -> None:
        """Find out which program this is; takes milliseconds, the first time."""
        if not self._program:
            parts = (VERSION, sys.version, _newest_file(), *map(_version, _ENGINES))
            changed = (f"{file}:{_changed(file)}" for file in self._files)
            self._program = "\0".join((*parts, *self._settings, *changed))

    def holds(self, key: str) -> bool:
        """Whether there is a file; a matter of microseconds."""
        return self._place(key).exists()

    def read(self, key: str) -> bytes | None:
        """What was written; None where that is not there as it was."""
        place = self._place(key)
        try:
            data = place.read_bytes()
        except OSError:
            return None
        digest, body = data[:_DIGEST_BYTES], data[_DIGEST_BYTES:]
        if digest != _digest(place.name, body):
            with contextlib.suppress(OSError):
                place.unlink()
            return None
        with contextlib.suppress(OSError):
            os.utime(place)  # used now: others make room before it
        return body

    def write(self, key: str, body: bytes) -> bool:
        """Put a body there; False where it is too large or the disk does not take it."""
        if len(body) > self._most_bytes // _SHARE_OF_ONE:
            return False
        place = self._place(key)
        try:
            self._directory.mkdir(mode=0o700, parents=True, exist_ok=True)
            if self._written >= self._most_bytes // _LOOKED_AT_AFTER:
                self._make_room()
            with tempfile.NamedTemporaryFile(
                suffix=".tmp", dir=self._directory, delete=False
            ) as file:
                unfinished = Path(file.name)
                try:
                    file.write(_digest(place.name, body) + body)
                    file.flush()
                    unfinished.replace(place)
                except OSError:
                    unfinished.unlink(missing_ok=True)
                    raise
        except OSError:
            return False
        self._written += len(body)
        return True

    def clear(self) -> None:
        """Delete all results."""
        for place in self._directory.glob("*.result"):
            with contextlib.suppress(OSError):
                place.unlink()

    def _place(self, key: str) -> Path:
        name = hashlib.sha256(f"{self._program}\0{key}".encode()).hexdigest()
        return self._directory / f"{name}.result"

    def _make_room(self) -> None:
        """Delete what was used longest ago, and what a process that died left half written."""
        self._written = 0
        files = []
        for place in self._directory.iterdir():
            with contextlib.suppress(OSError):
                state = place.stat()
                if place.suffix == ".result":
                    files.append((state.st_mtime, state.st_size, place))
                elif place.suffix == ".tmp" and time.time() - state.st_mtime > _ABANDONED_S:
                    place.unlink()
        left = sum(size for _, size, _ in files)
        for _, size, place in sorted(files):
            if left <= _FILLED * self._most_bytes:
                break
            with contextlib.suppress(OSError):
                place.unlink()
            left -= size


def _digest(name: str, body: bytes) -> bytes:
    return hashlib.sha256(name.encode() + body).digest()


def _newest_file() -> str:
    """When our own code was changed last: a version under development stays the same for long."""
    return str(max(map(_changed, Path(__file__).parents[1].rglob("*.py"))))


def _changed(file: Path) -> int:
    try:
        return file.stat().st_mtime_ns
    except OSError:
        return 0


def _version(distribution: str) -> str:
    try:
        return version(distribution)
    except PackageNotFoundError:
        return ""
