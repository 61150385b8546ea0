"""Follows names through records: re-exports, bases, star imports."""

import builtins
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from pathlib import Path

from autovet.adapters.api_index.places import Place, SearchPath, has_submodule
from autovet.adapters.api_index.record_store import RecordStore
from autovet.adapters.api_index.records import ClassRecord, ModuleRecord, Signature

_DEEPEST = 12


class Presence(Enum):
    """Whether something exists."""

    PRESENT = auto()
    ABSENT = auto()
    UNKNOWN = auto()


@dataclass(frozen=True, slots=True)
class FoundClass:
    """A class with the file that defines it."""

    path: Path
    name: str
    record: ClassRecord


@dataclass(frozen=True, slots=True)
class Lineage:
    """A class and all its bases, as far as they are known.

    Attributes:
        builtin: members of bases that are built in.
        complete: no base is unknown.
    """

    classes: tuple[FoundClass, ...]
    builtin: frozenset[str]
    complete: bool


class Lookup:
    """Answers from the records of one search path."""

    def __init__(self, store: RecordStore, search: SearchPath) -> None:
        self._store = store
        self.search = search

    def record(self, path: Path) -> ModuleRecord | None:
        """The record of a file."""
        return self._store.get(path)

    def class_at(self, place: Place) -> FoundClass | None:
        """The class whose name stands at a place."""
        record = self._store.get(place.path)
        for name, found in record.classes.items() if record is not None else ():
            if found.line == place.line:
                return FoundClass(place.path, name, found)
        return None

    def signatures_at(self, place: Place) -> tuple[Sequence[Signature], FoundClass | None]:
        """All signatures of the function at a place, and the class that holds it."""
        record = self._store.get(place.path)
        if record is None:
            return (), None
        for functions in record.functions.values():
            if any(s.line == place.line for s in functions):
                return functions, None
        for name, holder in record.classes.items():
            for functions in holder.members.values():
                if any(s.line == place.line for s in functions):
                    return functions, FoundClass(place.path, name, holder)
        return (), None

    def lineage(self, found: FoundClass) -> Lineage:
        """The class with its stub or source, and its bases."""
        classes: list[FoundClass] = []
        builtin: set[str] = set(dir(object))
        complete = True
        waiting = [found]
        seen: set[tuple[Path, str]] = set()
        while waiting:
            current = waiting.pop(0)
            if (current.path, current.name) in seen:
                continue
            seen.add((current.path, current.name))
            classes.append(current)
            for twin in self.search.twins(current.path):
                record = self._store.get(twin)
                other = record.classes.get(current.name) if record is not None else None
                if other is not None:
                    waiting.append(FoundClass(twin, current.name, other))
            for base in current.record.bases:
                resolved = self.resolve_class(current.path, base) if base else None
                if resolved is not None:
                    waiting.append(resolved)
                elif isinstance(builtin_type := getattr(builtins, base or " ", None), type):
                    builtin |= set(dir(builtin_type))
                else:
                    complete = False
        return Lineage(tuple(classes), frozenset(builtin), complete)

    def resolve_class(self, path: Path, dotted: str, depth: int = 0) -> FoundClass | None:
        """The class that a dotted name stands for in a file."""
        record = self._store.get(path) if depth < _DEEPEST else None
        if record is None:
            return None
        if dotted in record.classes:
            return FoundClass(path, dotted, record.classes[dotted])
        head, _, rest = dotted.partition(".")
        origin = record.names.get(head)
        if origin is None:
            return self._through_stars(record, path, dotted, depth)
        if "|" not in origin:
            alias = ".".join(filter(None, (origin, rest)))
            return self.resolve_class(path, alias, depth + 1) if origin else None
        module, _, name = origin.partition("|")
        return self._imported(module, [*filter(None, (name, *rest.split(".")))], path, depth)

    def module_names(self, path: Path, depth: int = 0) -> tuple[frozenset[str], bool]:
        """Everything that a module binds, and whether that is all."""
        record = self._store.get(path) if depth < _DEEPEST else None
        if record is None:
            return frozenset(), False
        names = {name for name in record.names if not _is_gone(record, name)}
        complete = not record.open
        for star in record.stars:
            targets = list(self.search.relative_files(star, path))
            if not targets:
                complete = False
            for target in targets:
                more, whole = self.module_names(target, depth + 1)
                names |= more
                complete = complete and whole
        return frozenset(names), complete

    def module_behind(self, module: str) -> str | None:
        """The module that a package offers under a name of its own: ``a.b`` for ``x.b``."""
        parent, _, last = module.rpartition(".")
        for file in self.search.files(parent) if parent else ():
            record = self._store.get(file)
            origin = record.names.get(last, "") if record is not None else ""
            source, bar, name = origin.partition("|")
            if bar and source and not source.startswith("."):
                return f"{source}.{name}" if name else source
        return None

    def hides_module(self, module: str) -> bool:
        """Whether a package binds the name of its module to something that lies in it."""
        parent, _, last = module.rpartition(".")
        for file in self.search.files(parent) if parent else ():
            record = self._store.get(file)
            origin = record.names.get(last) if record is not None else None
            source, bar, name = (origin or "").partition("|")
            is_module = name in {"", last} and not source.startswith(".")
            if origin is not None and not (bar and (is_module or source == ".")):
                return True
        return False

    def takes_unknown(self, path: Path, depth: int = 0) -> bool:
        """Whether a module takes everything from a module of another package nobody can read."""
        record = self._store.get(path) if depth < _DEEPEST else None
        if record is None:
            return True
        for star in record.stars:
            targets = list(self.search.relative_files(star, path))
            if not targets and not self._is_beside(star, path):
                return True
            if any(self.takes_unknown(target, depth + 1) for target in targets):
                return True
        return False

    def _is_beside(self, module: str, path: Path) -> bool:
        if module.startswith("."):
            return True
        site = self.search.site_of(path)
        return site is not None and path.relative_to(site).parts[0] == module.partition(".")[0]

    def _imported(self, module: str, names: list[str], path: Path, depth: int) -> FoundClass | None:
        for file in self.search.relative_files(module, path):
            if names and (found := self.resolve_class(file, ".".join(names), depth + 1)):
                return found
            if len(names) > 1 and has_submodule(file, names[0]):
                joined = f"{module}{names[0]}" if module.endswith(".") else f"{module}.{names[0]}"
                if found := self._imported(joined, names[1:], path, depth + 1):
                    return found
        return None

    def _through_stars(
        self, record: ModuleRecord, path: Path, dotted: str, depth: int
    ) -> FoundClass | None:
        for star in record.stars:
            for file in self.search.relative_files(star, path):
                if found := self.resolve_class(file, dotted, depth + 1):
                    return found
        return None

    def stars_of(self, path: Path) -> Iterator[Path]:
        """The files that a module imports everything from."""
        record = self._store.get(path)
        for star in record.stars if record is not None else ():
            yield from self.search.relative_files(star, path)


def _is_gone(record: ModuleRecord, name: str) -> bool:
    """Whether only older Pythons than some version have the name."""
    gates = record.gates.get(name, ())
    return bool(gates) and all(_is_older(gate) for gate in gates)


def _is_older(gate: str) -> bool:
    test = gate.replace(" ", "")
    if test.startswith("not("):
        return "version_info>=" in test
    return "version_info<" in test
