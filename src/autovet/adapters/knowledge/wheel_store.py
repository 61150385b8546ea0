"""The indexed wheels: one directory each, laid out like a directory of installed packages."""

import os
import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from packaging.utils import NormalizedName, canonicalize_name
from packaging.version import InvalidVersion, Version

from autovet.adapters.knowledge.wheel_file import unpack_wheel
from autovet.domain.errors import KnowledgeError

_UNFINISHED = ".unfinished-"


@dataclass(frozen=True, slots=True)
class IndexedWheel:
    """A library in one version, as its wheel holds it.

    Attributes:
        directory: holds its packages, as a directory of installed packages does.
    """

    name: NormalizedName
    version: Version
    directory: Path


class WheelStore:
    """Adds, lists and removes; a directory that cannot be read holds nothing.

    Args:
        directory: where the wheels lie; made with the first one.
    """

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._listed: tuple[int, tuple[IndexedWheel, ...]] = (-1, ())

    @property
    def directory(self) -> Path:
        """Where the wheels lie."""
        return self._directory

    def indexed(self) -> Sequence[IndexedWheel]:
        """Every indexed wheel, by name and version; listed again after something changed."""
        try:
            stamp = self._directory.stat().st_mtime_ns
            if stamp != self._listed[0]:
                self._listed = (stamp, _listed(self._directory))
        except OSError:
            return ()
        return self._listed[1]

    def add(self, wheel: Path) -> IndexedWheel:
        """Index a wheel's file; a wheel of the same version is replaced.

        Raises:
            KnowledgeError: the file is no wheel, is unsafe or too big, or cannot be stored.
        """
        if not wheel.is_file():
            raise KnowledgeError(f"there is no file {wheel}")
        try:
            self._directory.mkdir(parents=True, exist_ok=True)
            unfinished = tempfile.mkdtemp(prefix=_UNFINISHED, dir=self._directory)
        except OSError as error:
            raise KnowledgeError(f"{self._directory} cannot be written: {error}") from error
        try:
            inner = Path(unfinished, "wheel")
            inner.mkdir()
            said = unpack_wheel(wheel, inner)
            place = self._directory / f"{said.name}-{said.version}"
            if place.exists():
                place.rename(Path(unfinished, "replaced"))
            inner.rename(place)
        except OSError as error:
            raise KnowledgeError(f"{wheel.name} cannot be stored: {error}") from error
        finally:
            shutil.rmtree(unfinished, ignore_errors=True)
        return IndexedWheel(said.name, said.version, place)

    def remove(self, name: str, version: str | None = None) -> Sequence[IndexedWheel]:
        """Remove one version of a library or all; what was removed is returned.

        Raises:
            KnowledgeError: no such wheel is indexed, or it cannot be removed.
        """
        wanted = None if version is None else _version(version)
        if version is not None and wanted is None:
            raise KnowledgeError(f"{version!r} is no version")
        gone = [
            wheel
            for wheel in self.indexed()
            if wheel.name == canonicalize_name(name) and wanted in {None, wheel.version}
        ]
        if not gone:
            known = ", ".join(f"{w.name}=={w.version}" for w in self.indexed()) or "nothing"
            what = name if version is None else f"{name}=={version}"
            raise KnowledgeError(f"{what} is not indexed; indexed is {known}")
        for wheel in gone:
            try:
                shutil.rmtree(wheel.directory)
            except OSError as error:
                raise KnowledgeError(f"{wheel.directory} cannot be removed: {error}") from error
        return gone


def _listed(directory: Path) -> tuple[IndexedWheel, ...]:
    found = []
    for entry in os.scandir(directory):
        # a normalised name may itself hold hyphens; a normalised version does not
        name, _, text = entry.name.rpartition("-")
        version = _version(text)
        if version is None or name.startswith(".") or not entry.is_dir(follow_symlinks=False):
            continue
        found.append(IndexedWheel(canonicalize_name(name), version, Path(entry.path)))
    return tuple(sorted(found, key=lambda wheel: (wheel.name, wheel.version)))


def _version(text: str) -> Version | None:
    try:
        return Version(text)
    except InvalidVersion:
        return None
