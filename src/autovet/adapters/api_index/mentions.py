"""Looks through the files of a package for a name, as text, before any of them is recorded."""

import os
import re
import zlib
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from itertools import islice
from math import inf
from pathlib import Path

from autovet.adapters.api_index.lookup import FoundClass, Lineage, Lookup
from autovet.adapters.api_index.places import SearchPath
from autovet.adapters.api_index.records import ClassRecord
from autovet.adapters.lasting import Lasting

_MOST_FILES = 6_000
_MOST_RECORDED = 25
_MOST_NAMED = 10
_BIGGEST = 3_000_000
_BIGGEST_COMPILED = 100_000_000
_COMPILED = (".so", ".pyd")
_SPELLING = (".py", ".pyi", ".pyx", ".pxi", ".pxd", ".so", ".pyd")
# Cython packs all strings of a module, with zlib where nothing better is at hand.
_CYTHON, _PACKED = b"__pyx_", re.compile(rb"\x78[\x01\x5e\x9c\xda]")
_MOST_UNPACKED = 4_000_000
_CLASS = re.compile(rb"^[ \t]*class\s+(\w+)\s*(?:\[[^\n]*\])?\s*(?:\(([^)]*)\))?\s*:", re.MULTILINE)
_LAST_NAME = re.compile(rb"(\w+)\s*(?:,|\[|$)")
_OWN = frozenset({b"", b"self", b"cls"})
_SKIPPED = frozenset({"__pycache__", "tests", "test", "_vendor", "locale", "locales"})


def package_directory(lookup: Lookup, path: Path) -> Path | None:
    """The top directory of the package or project of a file; None for the standard library."""
    site = lookup.search.site_of(path)
    if site is None:
        return None
    return site if site in lookup.search.project else site / path.relative_to(site).parts[0]


@dataclass(frozen=True, slots=True)
class _Classes:
    """The classes of a package as its text names them: where, their heirs, their bases."""

    homes: dict[bytes, set[Path]]
    children: dict[bytes, set[bytes]]
    parents: dict[bytes, set[bytes]]


class PackageFiles:
    """Reads the files of packages; what was found out about installed ones is remembered.

    Args:
        search: what is below its ``project`` may change and is read again after a while.
    """

    def __init__(self, search: SearchPath) -> None:
        self._search = search
        self._listed: dict[Path, Lasting[tuple[Path, ...]]] = {}
        self._defining: dict[tuple[Path, str], Lasting[tuple[Path, ...]]] = {}
        self._classes: dict[Path, Lasting[_Classes]] = {}
        self._mentioned: dict[tuple[Path, str, str], Lasting[bool]] = {}

    def defining(self, package: Path, name: str) -> tuple[Path, ...]:
        """Files with a definition of the name, then those that have it as a string."""
        key = (package, name)
        if key not in self._defining:
            look = partial(self._find, package, name)
            self._defining[key] = Lasting(lambda: tuple(look()), at_least_s=self._lasts(package))
        return self._defining[key].value()

    def homes(self, package: Path, name: str) -> frozenset[Path]:
        """Files with a class of this name."""
        return frozenset(self._classes_of(package).homes.get(name.encode(), ()))

    def family(self, package: Path, name: str) -> Mapping[str, Collection[Path]]:
        """Classes that objects of this class or its heirs may also be, and their files.

        These are the heirs and their further bases, by the names in the text.
        """
        known = self._classes_of(package)
        own = name.rpartition(".")[2].encode()
        heirs = _closure(own, known.children) - {own}
        members = set().union(*(_closure(heir, known.parents) for heir in heirs))
        members -= _closure(own, known.parents)
        return {member.decode(): known.homes.get(member, ()) for member in members}

    def _classes_of(self, package: Path) -> "_Classes":
        if package not in self._classes:
            read = partial(self._read_classes, package)
            self._classes[package] = Lasting(read, at_least_s=self._lasts(package))
        return self._classes[package].value()

    def _read_classes(self, package: Path) -> "_Classes":
        known = _Classes({}, {}, {})
        for path, data in self._read(package):
            for child, bases in _CLASS.findall(data):
                known.homes.setdefault(child, set()).add(path)
                for base in _LAST_NAME.findall(bases):
                    known.children.setdefault(base, set()).add(child)
                    known.parents.setdefault(child, set()).add(base)
        return known

    def contains(self, package: Path, name: str) -> bool:
        """Whether the letters of a name stand in any file of a package, as part of others too."""
        look = partial(_is_contained, package, name)
        return self._remembered((package, name, "*"), look)

    def spells(self, package: Path, name: str, *, to_objects: bool = False) -> bool:
        """Whether a package spells a name where it could make something of it.

        That is a definition or import of it at the top of a file, a string, or anywhere in a
        compiled file. For names that are given to objects: a string or a keyword argument. True
        as well where a compiled file keeps its strings packed, or there is too much to read.
        """
        key = (package, name, "=" if to_objects else "")
        return self._remembered(key, partial(_is_spelled, package, name, to_objects))

    def mention(self, package: Path, name: str, other: str) -> bool:
        """Whether some file of a package that has another word stores or quotes the name."""
        word = re.escape(name.encode())
        gives = re.compile(rb"[\"']%b[\"']|\.%b\s*(?::[^=\n]+)?=[^=]" % (word, word))
        look = partial(self._has_both, package, other.encode(), gives)
        return self._remembered((package, name, other), look)

    def patches(self, package: Path, name: str, module: str) -> bool:
        """Whether some file of a package stores the name in another module."""
        word, owner = re.escape(name.encode()), re.escape(module.encode())
        gives = re.compile(
            rb"\b%b(?:\.\w+)*\.%b\s*(?::[^=\n]+)?=[^=]|setattr\([^()\n]*[\"']%b[\"']"
            % (owner, word, word)
        )
        look = partial(self._has_both, package, module.encode(), gives)
        return self._remembered((package, name, f"{module}."), look)

    def _remembered(self, key: tuple[Path, str, str], look: Callable[[], bool]) -> bool:
        if key not in self._mentioned:
            self._mentioned[key] = Lasting(look, at_least_s=self._lasts(key[0]))
        return self._mentioned[key].value()

    def _has_both(self, package: Path, text: bytes, pattern: re.Pattern[bytes]) -> bool:
        return any(text in data and pattern.search(data) for _, data in self._read(package))

    def is_stored_from_outside(self, package: Path, owner: str, name: str) -> bool:
        """Whether code that knows a class stores the name in objects that are not ``self``."""
        key = (package, f"{owner}()", name)
        if key not in self._mentioned:
            look = partial(self._stores_from_outside, package, owner, name)
            self._mentioned[key] = Lasting(look, at_least_s=self._lasts(package))
        return self._mentioned[key].value()

    def _stores_from_outside(self, package: Path, owner: str, name: str) -> bool:
        known = owner.rpartition(".")[2].encode()
        # the name first: a word before it would be tried at every letter of the file
        stored = re.compile(rb"\.%b\s*(?::[^=\n]+)?=[^=]" % re.escape(name.encode()))
        return any(
            known in text
            and any(_holder(text, match.start()) not in _OWN for match in stored.finditer(text))
            for text in (path.read_bytes() for path in self.defining(package, name))
        )

    def _lasts(self, package: Path) -> float:
        """For how many seconds at least what was seen of a package holds."""
        return 0.0 if self._search.is_of_project(package) else inf

    def _find(self, package: Path, name: str) -> Iterator[Path]:
        word, text = re.escape(name.encode()), name.encode()
        defined = re.compile(
            rb"\b(?:def|class)\s+%b\b|^\s+%b\s*[:=]|\.%b\s*(?::[^=\n]+)?=[^=]" % (word, word, word),
            re.MULTILINE,
        )
        quoted = re.compile(rb"[\"']%b[\"']" % word)
        named: list[Path] = []
        for path, data in self._read(package):
            if text not in data or b"class " not in data:
                continue
            if defined.search(data):
                yield path
            elif quoted.search(data):
                named.append(path)
        yield from named[:_MOST_NAMED]

    def _read(self, package: Path) -> Iterator[tuple[Path, bytes]]:
        if package not in self._listed:
            walk = partial(_sources, package)
            self._listed[package] = Lasting(
                lambda: tuple(islice(walk(), _MOST_FILES)), at_least_s=self._lasts(package)
            )
        listed = self._listed[package].value()
        for path in listed:
            try:
                yield path, path.read_bytes()
            except OSError:
                continue


def another_class_has(lookup: Lookup, sources: PackageFiles, line: Lineage, name: str) -> bool:
    """Whether another class of the same package that may be meant has the member.

    A subclass may be meant wherever the class is declared. Where the class chooses in ``__new__``
    what it makes, any class may be.
    """
    found = line.classes[0]
    package = package_directory(lookup, found.path)
    if package is None or not package.exists():
        beside = (found.path, *lookup.search.twins(found.path))
        return any(_has_heir_with(lookup, file, found, name) for file in beside)
    defining = sources.defining(package, name)
    if any(c.path.suffix == ".py" and "__new__" in c.record.members for c in line.classes):
        return len(defining) > _MOST_RECORDED or any(
            name in holder.members or name in holder.strings
            for file in defining
            for holder in _classes_in(lookup, file).values()
        )
    family = sources.family(package, found.name)
    files = {file for file in defining if any(file in homes for homes in family.values())}
    if len(files) > _MOST_RECORDED:
        return True  # so common a name that nothing can be said
    return any(
        own.rpartition(".")[2] in family and (name in holder.members or name in holder.strings)
        for file in sorted(files)
        for own, holder in _classes_in(lookup, file).items()
    )


def _holder(text: bytes, dot: int) -> bytes:
    """The word before a dot; empty where it is none."""
    start = dot
    while start and (text[start - 1 : start].isalnum() or text[start - 1 : start] == b"_"):
        start -= 1
    return text[start:dot]


def _has_heir_with(lookup: Lookup, file: Path, found: FoundClass, name: str) -> bool:
    for own, holder in _classes_in(lookup, file).items():
        if name in holder.members:
            bases = lookup.lineage(FoundClass(file, own, holder)).classes
            if any(c.name == found.name and c.path.stem == found.path.stem for c in bases):
                return True
    return False


def _classes_in(lookup: Lookup, file: Path) -> Mapping[str, ClassRecord]:
    record = lookup.record(file)
    return record.classes if record is not None else {}


def _closure(start: bytes, steps: Mapping[bytes, Collection[bytes]]) -> set[bytes]:
    found: set[bytes] = set()
    waiting = [start]
    while waiting:
        current = waiting.pop()
        if current not in found:
            found.add(current)
            waiting += steps.get(current, ())
    return found


def _is_contained(package: Path, name: str) -> bool:
    files = [package] if package.is_file() else _all_files(package)
    letters = name.encode()
    return any(letters in path.read_bytes() for path in islice(files, _MOST_FILES))


def _is_spelled(package: Path, name: str, to_objects: bool) -> bool:
    return any(_spellings(package, name, to_objects))


def _spellings(package: Path, name: str, to_objects: bool) -> Iterator[bool]:
    word = re.escape(name.encode())
    quoted = rb"""["'][\w\s,|.]*(?<!\w)%b(?!\w)[\w\s,|.]*["']""" % word
    if to_objects:
        text = re.compile(rb"%b|[(,]\s*%b\s*=(?!=)" % (quoted, word))
    else:
        text = re.compile(
            rb"%b|^(?:async\s+)?(?:def|class)\s+%b\b|^%b\s*[:=]|\bimport\b[^\n]*\b%b\b"
            rb"|^\s*%b\s*(?:as\s+\w+\s*)?,?\s*(?:#[^\n]*)?$" % (quoted, word, word, word, word),
            re.MULTILINE,
        )
    files = [package] if package.is_file() else _all_files(package)
    for count, path in enumerate(files):
        is_compiled = path.suffix in _COMPILED
        if is_compiled and to_objects:
            continue
        if count >= _MOST_FILES or path.stat().st_size > _BIGGEST_COMPILED:
            yield True
            return
        try:
            data = path.read_bytes()
        except OSError:
            yield True
            return
        if is_compiled:
            yield any(name.encode() in part for part in _texts(data))
        elif name.encode() in data:
            yield text.search(data) is not None


def _texts(compiled: bytes) -> Iterator[bytes]:
    """A compiled file, and the texts that it holds packed."""
    yield compiled
    if _CYTHON not in compiled:
        return
    for found in _PACKED.finditer(compiled):
        try:
            yield zlib.decompressobj().decompress(
                memoryview(compiled)[found.start() :], _MOST_UNPACKED
            )
        except zlib.error:
            continue


def _all_files(package: Path) -> Iterator[Path]:
    for directory, names, files in os.walk(package):
        names[:] = sorted(name for name in names if name not in _SKIPPED)
        yield from (Path(directory, name) for name in sorted(files) if name.endswith(_SPELLING))


def _sources(package: Path) -> Iterator[Path]:
    if package.is_file():
        yield package
        return
    for directory, names, files in os.walk(package):
        names[:] = sorted(name for name in names if name not in _SKIPPED)
        for name in sorted(files):
            path = Path(directory, name)
            if name.endswith((".py", ".pyi")) and path.stat().st_size <= _BIGGEST:
                yield path
