"""Whether a library has a name, with what is known about it."""

import threading
import time
from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from autovet.adapters.api_index.builder import Builder
from autovet.adapters.api_index.lookup import FoundClass, Lineage, Lookup, Presence
from autovet.adapters.api_index.mentions import PackageFiles, another_class_has
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
    """

    presence: Presence
    complete: bool = True
    in_items: bool = False
    dynamic: bool = False
    near: tuple[tuple[str, float], ...] = ()
    owner: tuple[Path, str] | None = None
    signature: str = ""


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
        files = list(self.search.files(module))
        return self._of_module(files, name) if files else UNKNOWN

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

    def is_patched(self, package: Path, name: str, other: str) -> bool:
        """Whether a package may give a name to something of another library."""
        return self._sources.mention(package, name, other)

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
        reaches = {c.record.reach.kind for c in line.classes if c.record.reach is not None}
        near = tuple(ranked(name, members, self._uses(line)))
        return Judgement(
            Presence.ABSENT,
            complete=line.complete,
            in_items=ITEMS in reaches,
            dynamic=bool(reaches),
            near=near,
            owner=owner,
        )

    def _may_come_at_run_time(self, line: Lineage, name: str) -> bool:
        for one in line.classes:
            if one.record.open or name in one.record.strings or _is_protocol(one):
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

    def _uses(self, line: Lineage) -> Mapping[str, int]:
        uses: dict[str, int] = {}
        for path in {c.path for c in line.classes}:
            record = self._lookup.record(path)
            for name, count in record.uses.items() if record is not None else ():
                uses[name] = uses.get(name, 0) + count
        return uses

    def _of_module(self, files: Sequence[Path], name: str) -> Judgement:
        names: frozenset[str] = frozenset()
        complete, dynamic, whole_stub = True, False, False
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
            if record.reach is not None and (
                record.reach.kind == ANYTHING or name in record.strings
            ):
                return Judgement(Presence.UNKNOWN, owner=owner)
        if not complete and not whole_stub:
            # the standard library's stubs are whole, whatever its sources take from C
            return Judgement(Presence.UNKNOWN, complete=is_library, owner=owner)
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
