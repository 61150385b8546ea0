"""A private directory that goes away with us, even when we are killed."""

import contextlib
import os
import shutil
import sys
import tempfile
import time
import weakref
from pathlib import Path

if sys.platform != "win32":
    import fcntl

_PREFIX = "autovet-ty-"
_LOCK = "lock"
_YOUNG_S = 60.0
_SHARED_MEMORY = Path("/dev/shm")  # noqa: S108 (our directory in it is made by mkdtemp)


class Scratch:
    """A directory in memory where there is such a thing, else with the temporary files.

    It is removed by ``remove``, at the latest when the interpreter ends. A killed process cannot
    do that; its directory is recognised by the lock that nobody holds any more, and removed by
    whoever makes the next one.
    """

    def __init__(self) -> None:
        """Make the directory."""
        in_memory = os.access(_SHARED_MEMORY, os.W_OK | os.X_OK)
        parent = _SHARED_MEMORY if in_memory else Path(tempfile.gettempdir())
        _sweep(parent)
        self.path = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=parent)).resolve()
        lock = os.open(self.path / _LOCK, os.O_CREAT | os.O_RDWR, 0o600)
        _try_lock(lock)
        self._finalizer = weakref.finalize(self, _remove, self.path, lock)

    def remove(self) -> None:
        """Remove the directory with all that is in it; a second call does nothing."""
        self._finalizer()


def _remove(path: Path, lock: int) -> None:
    shutil.rmtree(path, ignore_errors=True)
    os.close(lock)


def _sweep(parent: Path) -> None:
    for path in parent.glob(f"{_PREFIX}*"):
        with contextlib.suppress(OSError):  # another user's, or gone meanwhile
            if time.time() - path.stat().st_mtime < _YOUNG_S:
                continue  # its owner may not have locked it yet
            lock = os.open(path / _LOCK, os.O_RDWR)
            if _try_lock(lock):
                _remove(path, lock)
            else:
                os.close(lock)


def _try_lock(lock: int) -> bool:
    if sys.platform == "win32":
        return False  # what a killed process leaves stays
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
