"""The files of a project on disk, as a mapping that reads each one when it is asked for."""

import os
import stat
from collections.abc import ItemsView, Iterator, Mapping
from contextlib import suppress
from pathlib import Path

from autovet.domain.source import Source
from autovet.source.decoding import decode

MAX_FILES = 2_000
MAX_BYTES = 1_000_000
SKIPPED = frozenset(
    {"__pycache__", "node_modules", "build", "dist", "site-packages", "venv", "env", "target"}
)
_WANTED = (
    ".py", ".pyi", "pyproject.toml", "requirements.txt", ".md", ".rst",
    "uv.lock", "poetry.lock", "pdm.lock",
)  # fmt: skip


class DiskFiles(Mapping[str, str]):
    """Paths below ``root``, with forward slashes, to decoded text.

    Links are not followed and hidden folders not entered. A file that cannot be read as text is
    as good as absent: the gate speaks about it when it is the one under validation.
    """

    def __init__(self, root: Path) -> None:
        self._root = root
        self._texts: dict[str, str] = {}
        self._paths = dict.fromkeys(_walk(root))

    def __getitem__(self, path: str) -> str:
        """The text of a file.

        Raises:
            KeyError: there is no such file, or it is no readable text.
        """
        if path not in self._paths:
            raise KeyError(path)
        if path not in self._texts:
            text = _read(self._root / path)
            if text is None:
                del self._paths[path]
                raise KeyError(path)
            self._texts[path] = text
        return self._texts[path]

    def __iter__(self) -> Iterator[str]:
        """The paths, sorted."""
        return iter(list(self._paths))

    def items(self) -> ItemsView[str, str]:
        """Paths with their texts; files that turn out to be unreadable are left out."""
        return _ReadableItems(self)

    def __len__(self) -> int:
        """How many files there are."""
        return len(self._paths)

    def __contains__(self, path: object) -> bool:
        """Whether there is such a file; nothing is read."""
        return path in self._paths


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


def _walk(root: Path) -> list[str]:
    found: list[str] = []
    for folder, folders, names in os.walk(root):
        folders[:] = sorted(f for f in folders if f not in SKIPPED and not f.startswith("."))
        relative = Path(folder).relative_to(root).as_posix()
        prefix = "" if relative == "." else f"{relative}/"
        found += [prefix + name for name in sorted(names) if name.endswith(_WANTED)]
        if len(found) >= MAX_FILES:
            break
    return sorted(found[:MAX_FILES])


def _read(path: Path) -> str | None:
    try:
        info = path.lstat()
        if not stat.S_ISREG(info.st_mode) or info.st_size > MAX_BYTES:
            return None
        text = decode(Source(path.name, path.read_bytes()))
    except OSError:
        return None
    return text if isinstance(text, str) else None
