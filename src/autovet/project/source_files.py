"""The files and directories that a user names, as sources."""

import os
import stat
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from autovet.domain.admission import Refusal
from autovet.domain.errors import InputError
from autovet.domain.source import Source
from autovet.project.disk_files import SKIPPED
from autovet.source.gate import MAX_BYTES

_MARKERS = ("pyproject.toml", ".git", "setup.cfg", "setup.py")


@dataclass(frozen=True, slots=True)
class FoundSource:
    """One file: readable, or refused before it was read."""

    source: Source
    refusal: Refusal | None = None


def project_root(path: Path) -> Path:
    """The nearest directory at or above ``path`` that looks like a project's; else its own."""
    whole = Path(os.path.abspath(path))  # noqa: PTH100 (links are not followed)
    start = whole if whole.is_dir() else whole.parent
    for folder in (start, *start.parents):
        if any((folder / marker).exists() for marker in _MARKERS):
            return folder
    return start


def find_sources(paths: Iterable[Path], root: Path) -> Iterator[Path]:
    """Yield the Python files below the paths; hidden and generated folders are passed over.

    Raises:
        InputError: a path does not exist.
    """
    for path in paths:
        if not os.path.lexists(path):
            raise InputError(f"no such file or directory: {path}")
        if path.is_symlink() or not path.is_dir():
            yield path
            continue
        for folder, folders, names in os.walk(path):
            folders[:] = sorted(f for f in folders if f not in SKIPPED and not f.startswith("."))
            for name in sorted(names):
                file = Path(folder, name)
                if name.endswith((".py", ".pyi")) and not _is_inner_link(file, root):
                    yield file


def read_source(path: Path, root: Path) -> FoundSource:
    """Read one file, or say why not; a FIFO or device is never opened."""
    absolute = Path(os.path.abspath(path))  # noqa: PTH100 (links are not followed)
    inside = absolute.is_relative_to(root)
    name = (absolute.relative_to(root) if inside else Path(path.name)).as_posix()
    empty = Source(name, b"")
    try:
        if not path.resolve().is_relative_to(root.resolve()):
            message = f"{path} is a link out of the project {root}"
            return FoundSource(empty, Refusal("outside-root", message))
        if not stat.S_ISREG(path.stat().st_mode):
            message = f"{path} is no regular file"
            return FoundSource(empty, Refusal("not-a-regular-file", message))
        # it may have been exchanged since; without blocking, whatever it is now
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        with os.fdopen(descriptor, "rb") as file:
            info = os.fstat(descriptor)
            if not stat.S_ISREG(info.st_mode):
                message = f"{path} is no regular file"
                return FoundSource(empty, Refusal("not-a-regular-file", message))
            if info.st_size > MAX_BYTES:
                message = f"it has {info.st_size:,} bytes; the limit is {MAX_BYTES:,}"
                return FoundSource(empty, Refusal("too-large", message))
            return FoundSource(Source(name, file.read(MAX_BYTES + 1)))
    except (OSError, RuntimeError) as error:
        return FoundSource(empty, Refusal("unreadable", f"{path} cannot be read: {error}"))


def _is_inner_link(path: Path, root: Path) -> bool:
    """A link to a file of the same project is passed over: the file itself is looked at."""
    try:
        return path.is_symlink() and path.resolve().is_relative_to(root.resolve())
    except (OSError, RuntimeError):
        return False
