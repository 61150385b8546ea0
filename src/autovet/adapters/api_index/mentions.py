"""Looks through the files of a package for a name, as text, before any of them is recorded."""

import os
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from autovet.adapters.api_index.lookup import FoundClass, Lineage, Lookup
from autovet.adapters.api_index.places import SearchPath
from autovet.adapters.api_index.records import ClassRecord

_MOST_FILES = 6_000
_MOST_RECORDED = 25
_MOST_NAMED = 10
_BIGGEST = 3_000_000
_CLASS = re.compile(rb"^[ \t]*class\s+(\w+)\s*(?:\[[^\n]*\])?\s*(?:\(([^)]*)\))?\s*:", re.MULTILINE)
_LAST_NAME = re.compile(rb"(\w+)\s*(?:,|\[|$)")
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
        search: what is below its ``project`` may change and is read each time.
    """

    def __init__(self, search: SearchPath) -> None:
        self._search = search
        self._listed: dict[Path, tuple[Path, ...]] = {}
        self._defining: dict[tuple[Path, str], tuple[Path, ...]] = {}
        self._classes: dict[Path, _Classes] = {}
        self._mentioned: dict[tuple[Path, str, str], bool] = {}

    def defining(self, package: Path, name: str) -> tuple[Path, ...]:
        """Files with a definition of the name, then those that have it as a string."""
        key = (package, name)
        if key in self._defining:
            return self._defining[key]
        found = tuple(self._find(package, name))
        if not self._search.is_of_project(package):
            self._defining[key] = found
        return found

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
        known = self._classes.get(package)
        if known is None:
            known = _Classes({}, {}, {})
            for path, data in self._read(package):
                for child, bases in _CLASS.findall(data):
                    known.homes.setdefault(child, set()).add(path)
                    for base in _LAST_NAME.findall(bases):
                        known.children.setdefault(base, set()).add(child)
                        known.parents.setdefault(child, set()).add(base)
            if not self._search.is_of_project(package):
                self._classes[package] = known
        return known

    def mention(self, package: Path, name: str, other: str) -> bool:
        """Whether some file of a package has the name as well as another word."""
        key = (package, name, other)
        if key not in self._mentioned:
            words = (re.compile(rb"\b%b\b" % re.escape(name.encode())), other.encode())
            self._mentioned[key] = any(
                words[1] in data and words[0].search(data) for _, data in self._read(package)
            )
        return self._mentioned[key]

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
        listed = self._listed.get(package)
        if listed is None:
            listed = tuple(islice(_sources(package), _MOST_FILES))
            if not self._search.is_of_project(package):
                self._listed[package] = listed
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
