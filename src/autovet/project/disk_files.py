"""The files of a project on disk, as a mapping that reads each one when it is asked for."""

import os
import stat
from collections.abc import ItemsView, Iterator, Mapping
from contextlib import suppress
from itertools import islice
from pathlib import Path

from autovet.domain.source import Source
from autovet.source.decoding import decode

MAX_FILES = 2_000
MAX_BYTES = 1_000_000
SKIPPED = frozenset(
    {"__pycache__", "node_modules", "build", "dist", "site-packages", "venv", "env", "target"}
)
_WANTED = (
    ".py", ".pyi", "pyproject.toml", "requirements.txt", "setup.cfg", "Pipfile", ".md", ".rst",
    "uv.lock", "poetry.lock", "pdm.lock",
)  # fmt: skip
_Stamp = tuple[int, int]


class DiskFiles(Mapping[str, str]):
    """Paths below ``root``, with forward slashes, to decoded text.

    Links are not followed and hidden folders not entered. A file that cannot be read as text is
    as good as absent: the gate speaks about it when it is the one under validation.
    """

    def __init__(self, root: Path, before: "DiskFiles | None" = None) -> None:
        """Look at what is there; what has not changed since ``before`` is not read again."""
        self._root = root
        self._stamps = _walk(root)
        self._unreadable: set[str] = set()
        self._texts = {} if before is None else before.texts_at(self._stamps)

    def texts_at(self, stamps: Mapping[str, _Stamp]) -> dict[str, str]:
        """What was read of the files whose time and size are still the same."""
        return {
            path: text
            for path, text in self._texts.items()
            if path in stamps and stamps[path] == self._stamps.get(path)
        }

    def has_changed_from(self, before: "DiskFiles") -> bool:
        """Whether a file came, went or was written, as far as times and sizes tell."""
        return before.stamps != self._stamps

    @property
    def stamps(self) -> Mapping[str, _Stamp]:
        """Path to the time of the last change (ns) and the size."""
        return self._stamps

    def __getitem__(self, path: str) -> str:
        """The text of a file.

        Raises:
            KeyError: there is no such file, or it is no readable text.
        """
        if path not in self:
            raise KeyError(path)
        if path not in self._texts:
            text = _read(self._root / path)
            if text is None:
                self._unreadable.add(path)
                raise KeyError(path)
            self._texts[path] = text
        return self._texts[path]

    def __iter__(self) -> Iterator[str]:
        """The paths, sorted."""
        return iter([path for path in self._stamps if path not in self._unreadable])

    def items(self) -> ItemsView[str, str]:
        """Paths with their texts; files that turn out to be unreadable are left out."""
        return _ReadableItems(self)

    def __len__(self) -> int:
        """How many files there are."""
        return len(self._stamps) - len(self._unreadable)

    def __contains__(self, path: object) -> bool:
        """Whether there is such a file; nothing is read."""
        return path in self._stamps and path not in self._unreadable


class _ReadableItems(ItemsView[str, str]):
    """Items of which some go away when they are first looked at."""

    def __init__(self, files: "DiskFiles") -> None:
        super().__init__(files)
        self._files = files

    def __iter__(self) -> Iterator[tuple[str, str]]:
        """Yield what can be read."""
        for path in self._files:
            with suppress(KeyError):
                yield path, self._files[path]


def _walk(root: Path) -> dict[str, _Stamp]:
    """Sorted paths with the time of the last change (ns) and the size of each."""
    found: dict[str, _Stamp] = {}
    waiting = [""]
    while waiting and len(found) < MAX_FILES:
        prefix = waiting.pop()
        folders = []
        for entry in _entries(root / prefix):
            if entry.is_dir(follow_symlinks=False):
                if entry.name not in SKIPPED and not entry.name.startswith("."):
                    folders.append(f"{prefix}{entry.name}/")
            elif entry.name.endswith(_WANTED):
                with suppress(OSError):  # gone meanwhile
                    info = entry.stat(follow_symlinks=False)
                    found[prefix + entry.name] = (info.st_mtime_ns, info.st_size)
        waiting += reversed(folders)
    return {path: found[path] for path in sorted(islice(found, MAX_FILES))}


def _entries(folder: Path) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as entries:
            return sorted(entries, key=lambda entry: entry.name)
    except OSError:
        return []


def _read(path: Path) -> str | None:
    try:
        info = path.lstat()
        if not stat.S_ISREG(info.st_mode) or info.st_size > MAX_BYTES:
            return None
        text = decode(Source(path.name, path.read_bytes()))
    except OSError:
        return None
    return text if isinstance(text, str) else None
