"""Whether a library has a name, with what is known about it."""

import threading
import time
from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from autovet.adapters.api_index.builder import Builder
from autovet.adapters.api_index.lookup import FoundClass, Lineage, Lookup, Presence
from autovet.adapters.api_index.mentions import (
    PackageFiles,
    another_class_has,
    package_directory,
)
from autovet.adapters.api_index.nearest import ranked
from autovet.adapters.api_index.places import Place, SearchPath, has_submodule
from autovet.adapters.api_index.reaching import ANYTHING, ITEMS, LITERALS
from autovet.adapters.api_index.record_store import RecordStore
from autovet.adapters.api_index.records import ModuleRecord, Signature


@dataclass(frozen=True, slots=True)
class Judgement:
    """What the files of a library say about a name.

    Attributes:
        complete: every base and star import was followed.
        in_items: it could still be a key of the object's data.
        dynamic: a ``__getattr__`` keeps type checkers from seeing that it is missing.
        near: the nearest real names with their scores, best first.
        owner: the class or module that was looked into, as ``(file, name)``.
        signature: the parameters that the called function really takes.
        settable: somebody who names the attribute to a method would add it.
        tops: the top-level modules that the class and its bases come from.
    """

    presence: Presence
    complete: bool = True
    in_items: bool = False
    dynamic: bool = False
    near: tuple[tuple[str, float], ...] = ()
    owner: tuple[Path, str] | None = None
    signature: str = ""
    settable: bool = False
    tops: frozenset[str] = frozenset()


UNKNOWN = Judgement(Presence.UNKNOWN, complete=False)


class ApiIndex:
    """Answers about the packages of one search path; a thread uses it at a time.

    Args:
        sites: directories that hold packages.
        project: directories of the project's own code.
        directory: where records are kept on disk; the user's cache by default.
    """

    def __init__(
        self,
        sites: Sequence[Path],
        project: Sequence[Path] = (),
        directory: Path | None = None,
    ) -> None:
        self.search = SearchPath(tuple(sites), tuple(project))
        self._lock = threading.Lock()
        self._builder: Builder | None = None
        self._store = RecordStore(self._build, self.search.is_of_project, directory)
        self._lookup = Lookup(self._store, self.search)
        self._sources = PackageFiles(self.search)

    @contextmanager
    def asked(self, budget_s: float) -> Generator["ApiIndex", None, None]:
        """Hold the index while asking; files that nobody recorded yet are recorded meanwhile."""
        with self._lock:
            self._builder = Builder(time.monotonic() + budget_s)
            try:
                yield self
            finally:
                self._builder.close()
                self._builder = None

    def attribute(self, places: Sequence[Place], name: str) -> Judgement:
        """Whether instances of the classes at these places have an attribute.

        Of several classes, one that has it is enough; all have to lack it.
        """
        found = [self._lookup.class_at(place) for place in places]
        classes = [one for one in found if one is not None]
        if not classes or len(classes) < len(found):
            return UNKNOWN
        judged = [self._of_class(one, name) for one in classes]
        for presence in (Presence.PRESENT, Presence.UNKNOWN):
            for judgement in judged:
                if judgement.presence is presence:
                    return judgement
        return judged[0]

    def is_plain_class(self, place: Place) -> bool:
        """Whether a class stands at a place that has all its fields itself, and none private."""
        found = self._lookup.class_at(place)
        return (
            found is not None
            and all(base.endswith("NamedTuple") for base in found.record.bases)
            and not any(
                name.startswith("_") and not name.endswith("__") for name in found.record.members
            )
        )

    def classes_named(self, names: Sequence[str], packages: Iterable[Path]) -> list[Place]:
        """Where packages define classes of these names; empty unless all are found."""
        places: list[Place] = []
        among = tuple(packages)
        for name in names:
            homes = [path for package in among for path in self._sources.homes(package, name)]
            found = [
                Place(path, record.classes[name].line)
                for path in sorted(homes)
                if (record := self._lookup.record(path)) is not None and name in record.classes
            ]
            if not found:
                return []
            places += found
        return places

    def member(self, module: str, name: str) -> Judgement:
        """Whether an absolute module has a member."""
        if self._lookup.hides_module(module):
            return UNKNOWN
        files = list(self.search.files(module))
        if not files:
            other = self._lookup.module_behind(module)
            files = list(self.search.files(other)) if other is not None else []
        return self._of_module(files, name) if files else self._of_extension(module, name)

    def member_at(self, path: Path, name: str) -> Judgement:
        """Whether the module in a file has a member."""
        return self._of_module([path, *self.search.twins(path)], name)

    def gates(self, path: Path, name: str) -> tuple[str, ...]:
        """The tests of version or platform under which alone a module has a member."""
        record = self._lookup.record(path)
        return record.gates.get(name, ()) if record is not None else ()

    def defines(self, directory: Path, name: str) -> bool:
        """Whether a file below a directory defines a name or has it as a string."""
        return bool(self._sources.defining(directory, name))

    def is_patched(self, package: Path, name: str, other: str, *, of_module: bool) -> bool:
        """Whether a package may give a name to something, or to a module, of another library."""
        asked = self._sources.patches if of_module else self._sources.mention
        return asked(package, name, other)

    def keyword(self, places: Sequence[Place], name: str) -> Judgement:
        """Whether a function takes a keyword argument."""
        known: list[Signature] = []
        beside: list[Signature] = []  # a source that passes anything on knows less than its stub
        owner: tuple[Path, str] | None = None
        for place in places:
            found, holder = self._signatures(place)
            if holder is not None and found and not found[0].static and _is_declared_only(found):
                return Judgement(Presence.PRESENT)
            more = list(self._twin_signatures(place, found, holder))
            if more and place.path.suffix == ".py":  # its stub was found beside it
                found, more = more, found
            beside += more
            known += [*found, *more]
            if found and owner is None:
                owner = (place.path, holder.name if holder is not None else "")
        if not known:
            return UNKNOWN
        names = frozenset().union(*(s.names for s in known))
        text = next((s.text for s in known if not s.overload), known[0].text)
        if name in names:
            return Judgement(Presence.PRESENT, signature=text, owner=owner)
        if any(s.takes_any for s in known if s not in beside):
            return Judgement(Presence.UNKNOWN, signature=text, owner=owner)
        near = ranked(name, names - {"self", "cls"}, {})
        return Judgement(Presence.ABSENT, near=tuple(near), signature=text, owner=owner)

    def is_interface_method(self, places: Sequence[Place]) -> bool:
        """Whether a method is declared without ``self``, as zope's interfaces do."""
        for place in places:
            found, holder = self._lookup.signatures_at(place)
            if holder is not None and found and _is_declared_only(found):
                return True
        return False

    def _signatures(self, place: Place) -> tuple[list[Signature], FoundClass | None]:
        found, holder = self._lookup.signatures_at(place)
        if found:
            return list(found), holder
        made = self._lookup.class_at(place)
        if made is None:
            return [], None
        line = self._lookup.lineage(made)
        for one in line.classes:
            for method in ("__init__", "__new__"):
                if one.record.members.get(method):
                    return list(one.record.members[method]), one
        return [], None

    def _twin_signatures(
        self, place: Place, found: Sequence[Signature], holder: FoundClass | None
    ) -> Iterator[Signature]:
        record = self._lookup.record(place.path) if found else None
        held = holder.record.members if holder is not None else record.functions if record else {}
        name = next((n for n, s in held.items() if s and s[0].line == found[0].line), "")
        for twin in self.search.twins(place.path):
            other = self._lookup.record(twin)
            if other is None:
                continue
            if holder is None:
                yield from other.functions.get(name, ())
            elif holder.name in other.classes:
                yield from other.classes[holder.name].members.get(name, ())

    def _of_class(self, found: FoundClass, name: str) -> Judgement:
        line = self._lookup.lineage(found)
        owner = (found.path, found.name)
        members = line.builtin.union(*(c.record.members for c in line.classes))
        if name in members:
            return Judgement(Presence.PRESENT, owner=owner)
        if self._may_come_at_run_time(line, name):
            return Judgement(Presence.UNKNOWN, owner=owner)
        if another_class_has(self._lookup, self._sources, line, name):
            return Judgement(Presence.UNKNOWN, owner=owner)
        package = package_directory(self._lookup, found.path)
        stored = self._sources.is_stored_from_outside
        if package is not None and stored(package, found.name, name):
            return Judgement(Presence.UNKNOWN, owner=owner)
        reaches = {c.record.reach.kind for c in line.classes if c.record.reach is not None}
        near = tuple(ranked(name, members, self._uses(line)))
        return Judgement(
            Presence.ABSENT,
            complete=line.complete,
            in_items=ITEMS in reaches,
            dynamic=bool(reaches),
            near=near,
            owner=owner,
            settable=any(c.record.settable for c in line.classes),
            tops=frozenset(filter(None, (self._top_of(c.path) for c in line.classes))),
        )

    def _top_of(self, path: Path) -> str:
        site = self.search.site_of(path)
        return path.relative_to(site).parts[0].removesuffix(".py") if site is not None else ""

    def _may_come_at_run_time(self, line: Lineage, name: str) -> bool:
        if _is_protocol(line.classes[0]):
            return True
        for one in line.classes:
            if one.record.open or name in one.record.strings:
                return True
            if one.record.settable and self._is_spelled(one.path, name, to_objects=True):
                return True
            if one.record.reach is None:
                continue
            if one.record.reach.kind == ANYTHING:
                return True
            record = self._lookup.record(one.path)
            spelled = record.strings if record is not None else frozenset()
            if one.record.reach.kind == LITERALS and name in spelled:
                return True
        return False

    def _makes_names(self, file: Path) -> bool:
        """Whether a module puts names together, which then stand nowhere as a whole."""
        record = self._lookup.record(file)
        return record is None or record.open

    def _is_spelled(
        self, path: Path, name: str, *, to_objects: bool = False, as_part: bool = False
    ) -> bool:
        """Whether the package of a file may make the name; True where there is no package."""
        package = package_directory(self._lookup, path)
        return (
            package is None
            or self.search.is_of_project(path)
            or self._sources.spells(package, name, to_objects=to_objects)
            or (as_part and self._sources.contains(package, name))
        )

    def _uses(self, line: Lineage) -> Mapping[str, int]:
        uses: dict[str, int] = {}
        for path in {c.path for c in line.classes}:
            record = self._lookup.record(path)
            for name, count in record.uses.items() if record is not None else ():
                uses[name] = uses.get(name, 0) + count
        return uses

    def _of_extension(self, module: str, name: str) -> Judgement:
        """A compiled module without a stub holds the names of its members as text."""
        found = self.search.extension(module)
        package = package_directory(self._lookup, found) if found is not None else None
        if found is None or package is None or self._sources.spells(package, name):
            return UNKNOWN
        return Judgement(Presence.ABSENT, dynamic=True, owner=(found, ""))

    def _of_module(self, files: Sequence[Path], name: str) -> Judgement:
        names: frozenset[str] = frozenset()
        complete, dynamic, whole_stub = True, False, False
        supplied = False  # by a `__getattr__` that says nowhere what it offers
        is_library = self.search.site_of(files[0]) is not None
        owner = (files[0], "")
        for file in files:
            record = self._lookup.record(file)
            if record is None:
                complete = False
                continue
            found, whole = self._lookup.module_names(file)
            names |= found
            complete = complete and whole
            # a stub says all there is, whatever the source takes from C
            whole_stub = whole_stub or (whole and file.suffix == ".pyi" and not record.reach)
            if has_submodule(file, name) or name in found:
                return Judgement(Presence.PRESENT, owner=owner)
            dynamic = dynamic or record.reach is not None
            if record.reach is not None and name in record.strings:
                return Judgement(Presence.UNKNOWN, owner=owner)
            if record.reach is not None and record.reach.kind == ANYTHING:
                complete = False
                supplied = supplied or not record.listed
        if not complete and not whole_stub:
            # What is made at run time is at least named somewhere, by whoever makes or uses it.
            closed = is_library and not supplied and not self._lookup.takes_unknown(files[0])
            made = any(self._makes_names(file) for file in files)
            if not closed or self._is_spelled(files[0], name, as_part=made):
                return Judgement(Presence.UNKNOWN, complete=is_library, owner=owner)
            dynamic = True
        near = tuple(ranked(name, names, {}))
        return Judgement(Presence.ABSENT, dynamic=dynamic, near=near, owner=owner)

    def _build(self, path: str) -> ModuleRecord | None:
        if self._builder is None:
            raise TimeoutError
        return self._builder.build(path)


def _is_protocol(found: FoundClass) -> bool:
    """Whether it declares what others offer at least."""
    return any(base.rpartition(".")[2] == "Protocol" for base in found.record.bases)


def _is_declared_only(found: Sequence[Signature]) -> bool:
    first = found[0]
    named = first.positional[:1]
    return (
        not first.static
        and not first.takes_more
        and named[:1] not in (("self",), ("cls",), ("mcs",), ("mcls",), ("metacls",))
        and not (named and named[0].startswith("_"))
    )
