"""Reads a wheel that nobody trusts: only sources and metadata come out of it.

A wheel is a zip archive. Nothing in it is executed; names that lead outside, links, encrypted
members and archives that unpack to more than the limits are refused. Compiled modules are kept as
empty files: that they exist is known, what they hold is not.
"""

import stat
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from packaging.utils import (
    InvalidWheelFilename,
    NormalizedName,
    canonicalize_name,
    parse_wheel_filename,
)
from packaging.version import InvalidVersion, Version

from autovet.domain.errors import KnowledgeError

MOST_MEMBERS = 60_000
MOST_FILES = 30_000
MOST_BYTES = 300 * 2**20
BIGGEST_FILE = 16 * 2**20
_CHUNK = 2**16
_SOURCES = (".py", ".pyi")
_COMPILED = (".so", ".pyd")
_METADATA = frozenset({"METADATA", "top_level.txt", "entry_points.txt"})
_ENCRYPTED = 0x1


@dataclass(frozen=True, slots=True)
class WheelName:
    """What the name of a wheel's file says."""

    name: NormalizedName
    version: Version


def wheel_name(file: Path) -> WheelName:
    """Read distribution and version from the name of a file.

    Raises:
        KnowledgeError: it is no wheel's name.
    """
    try:
        name, version, *_ = parse_wheel_filename(file.name)
    except (InvalidWheelFilename, InvalidVersion) as error:
        raise KnowledgeError(f"{file.name} is not named like a wheel: {error}") from error
    return WheelName(name, version)


def unpack_wheel(file: Path, target: Path) -> WheelName:
    """Write a wheel's sources, stubs and metadata below ``target``, an empty directory.

    Raises:
        KnowledgeError: it is no wheel, holds what must not be unpacked, or is too big.
        OSError: ``target`` cannot be written.
    """
    expected = wheel_name(file)
    try:
        with zipfile.ZipFile(file) as archive:
            members = _members(archive, file.name)
            _require_metadata(archive, members, expected, file.name)
            written = list(_unpack(archive, members, target, file.name))
    except (zipfile.BadZipFile, zipfile.LargeZipFile, zlib.error, NotImplementedError) as error:
        raise KnowledgeError(f"{file.name} is no wheel, or a damaged one: {error}") from error
    except (OSError, EOFError, RuntimeError, ValueError) as error:
        raise KnowledgeError(f"{file.name} cannot be unpacked: {error}") from error
    if not any(path.suffix in {*_SOURCES, *_COMPILED} for path in written):
        raise KnowledgeError(f"{file.name} holds no Python module")
    _write_record(target, written)
    return expected


def _members(archive: zipfile.ZipFile, wheel: str) -> dict[PurePosixPath, zipfile.ZipInfo]:
    """The wanted members by the place that they get; every member is looked at first."""
    infos = archive.infolist()
    if len(infos) > MOST_MEMBERS:
        raise KnowledgeError(f"{wheel} holds {len(infos)} files, more than {MOST_MEMBERS}")
    wanted: dict[PurePosixPath, zipfile.ZipInfo] = {}
    for info in infos:
        path = _safe_path(info, wheel)
        place = None if info.is_dir() else _place(path)
        if place is None:
            continue
        if place in wanted:
            raise KnowledgeError(f"{wheel} holds {place} twice")
        wanted[place] = info
    if len(wanted) > MOST_FILES:
        raise KnowledgeError(f"{wheel} holds {len(wanted)} modules, more than {MOST_FILES}")
    return wanted


def _safe_path(info: zipfile.ZipInfo, wheel: str) -> PurePosixPath:
    name = info.orig_filename
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts or not path.parts or set(name) & set("\\:\0"):
        raise KnowledgeError(f"{wheel} holds a file with an unsafe path: {name!r}")
    kind = stat.S_IFMT(info.external_attr >> 16)
    if kind not in {0, stat.S_IFREG, stat.S_IFDIR}:
        raise KnowledgeError(f"{wheel} holds a link or device: {name!r}")
    if info.flag_bits & _ENCRYPTED:
        raise KnowledgeError(f"{wheel} holds an encrypted file: {name!r}")
    return path


def _place(path: PurePosixPath) -> PurePosixPath | None:
    """Where a member belongs below the directory of packages; None for what is not wanted."""
    parts = path.parts
    if parts[0].endswith(".dist-info"):
        return path if len(parts) == 2 and parts[1] in _METADATA else None
    if parts[0].endswith(".data"):
        if len(parts) < 3 or parts[1] not in {"purelib", "platlib"}:
            return None
        path = PurePosixPath(*parts[2:])
    wanted = path.suffix in {*_SOURCES, *_COMPILED} or path.name == "py.typed"
    return path if wanted else None


def _require_metadata(
    archive: zipfile.ZipFile,
    members: dict[PurePosixPath, zipfile.ZipInfo],
    expected: WheelName,
    wheel: str,
) -> None:
    found = [path for path in members if path.name == "METADATA" and len(path.parts) == 2]
    if len(found) != 1:
        raise KnowledgeError(f"{wheel} is no wheel: it has {len(found)} metadata files, not one")
    said: dict[str, str] = {}
    text = b"".join(_chunks(archive, members[found[0]], BIGGEST_FILE, wheel))
    for line in text.decode("utf-8", "replace").splitlines():
        key, colon, value = line.partition(":")
        if not colon:
            break
        said.setdefault(key.lower(), value.strip())
    try:
        version = Version(said.get("version", ""))
    except InvalidVersion as error:
        raise KnowledgeError(f"{wheel} does not say which version it is") from error
    if canonicalize_name(said.get("name", "")) != expected.name or version != expected.version:
        is_said = f"{said.get('name')} {version}"
        raise KnowledgeError(f"{wheel} is named wrongly: its metadata says {is_said}")


def _unpack(
    archive: zipfile.ZipFile,
    members: dict[PurePosixPath, zipfile.ZipInfo],
    target: Path,
    wheel: str,
) -> Iterator[PurePosixPath]:
    left = MOST_BYTES
    for place, info in members.items():
        file = target.joinpath(*place.parts)
        file.parent.mkdir(parents=True, exist_ok=True)
        with file.open("xb") as out:
            if place.suffix not in _COMPILED:
                for chunk in _chunks(archive, info, min(left, BIGGEST_FILE), wheel):
                    out.write(chunk)
                    left -= len(chunk)
        yield place


def _chunks(
    archive: zipfile.ZipFile, info: zipfile.ZipInfo, most: int, wheel: str
) -> Iterator[bytes]:
    """The content of a member, as far as it really unpacks, whatever its header says."""
    left = most
    with archive.open(info) as content:
        while chunk := content.read(_CHUNK):
            left -= len(chunk)
            if left < 0:
                raise KnowledgeError(f"{wheel} unpacks to too much, at {info.filename}")
            yield chunk


def _write_record(target: Path, written: list[PurePosixPath]) -> None:
    """List what was written, as an installation does; the wheel's own list may say anything."""
    metadata = next(path.parent for path in written if path.name == "METADATA")
    lines = "".join(f'"{path}",,\n' for path in written)
    target.joinpath(*metadata.parts, "RECORD").write_text(lines, encoding="utf-8")
