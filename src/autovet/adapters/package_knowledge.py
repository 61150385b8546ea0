"""Knowledge about packages without the network: lists of names, installed metadata, wheels."""

import sysconfig
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from math import inf
from pathlib import Path

from packaging.specifiers import SpecifierSet

from autovet.adapters.knowledge.choosing import choose, contradicted
from autovet.adapters.knowledge.directory import (
    knowledge_directory,
    names_directory,
    wheels_directory,
)
from autovet.adapters.knowledge.wheel_store import WheelStore
from autovet.adapters.package_index.forwarding import ForwardedKeywords
from autovet.adapters.package_index.installed import (
    Installed,
    read_directory,
    site_directories,
    united,
)
from autovet.adapters.package_index.names import SHIPPED, PublishedNames, newest_sound
from autovet.domain.libraries import AS_INSTALLED, Libraries
from autovet.domain.signature import AcceptedKeywords

_Stamp = tuple[int, int]
_MOST_COMBINATIONS = 8
FRESH_S = 1.0
"""Within a second an environment is not looked at again; a dozen checks ask in a row."""


class PackageKnowledge:
    """Answers from files alone; each is read when first asked for and again after it changed.

    Args:
        index: the index of published names or its directory; None for the newer of the shipped
            one and the user's own.
        knowledge: the user's own knowledge: a newer index and wheels; None for its usual place.
        libraries: what counts beside, or instead of, the installed packages.
        fresh_s: for so many seconds an environment is not looked at again.
    """

    def __init__(
        self,
        index: Path | PublishedNames | None = None,
        *,
        knowledge: Path | None = None,
        libraries: Libraries = AS_INSTALLED,
        fresh_s: float = FRESH_S,
    ) -> None:
        own = knowledge_directory(knowledge)
        self._fresh_s = fresh_s
        if not isinstance(index, PublishedNames):
            index = PublishedNames(index or newest_sound(SHIPPED, names_directory(own)))
        self._published = index
        self._wheels = WheelStore(wheels_directory(own))
        self._libraries = libraries
        self._with_libraries: OrderedDict[Libraries, PackageKnowledge] = OrderedDict()
        self._forwarded: dict[str | None, ForwardedKeywords] = {}
        self._directories: dict[Path, tuple[_Stamp, Installed]] = {}
        self._fresh: dict[str | None, tuple[float, Installed | None]] = {}
        self._sites: dict[str | None, Sequence[Path]] = {}
        self._wholes: dict[str | None, tuple[tuple[_Stamp, ...], Installed]] = {}

    @property
    def libraries(self) -> Libraries:
        """What counts beside, or instead of, the installed packages; see ``for_project``."""
        return self._libraries

    def for_project(
        self, environment: str | None, declared: Callable[[], Mapping[str, SpecifierSet]]
    ) -> "PackageKnowledge":
        """The same knowledge, for the versions that a project declares.

        A named environment holds what the code will meet. Where none is named, what lies beside
        Autovet stands in for it, but only in versions that the project allows.

        Args:
            environment: as in the other questions.
            declared: gives the versions that the project allows, by normalised name; asked only
                where they matter.
        """
        indexed, named = self._wheels.indexed(), environment is not None
        if named and not indexed:
            return self
        wanted, installed = declared(), self.installed_versions(environment)
        chosen = choose(indexed, wanted, installed, environment_named=named)
        ruled_out = frozenset() if named else contradicted(wanted, installed)
        hidden = (
            module
            for module, providers in (self.installed_modules(environment) or {}).items()
            if providers and ruled_out.issuperset(providers)
        )
        directories = tuple(str(wheel.directory) for wheel in chosen)
        return self._with(Libraries(directories, tuple(sorted(hidden))))

    def _with(self, libraries: Libraries) -> "PackageKnowledge":
        if not libraries:
            return self
        known = self._with_libraries.pop(libraries, None)
        if known is None:
            known = PackageKnowledge(
                self._published,
                knowledge=self._wheels.directory.parent,
                libraries=libraries,
                fresh_s=self._fresh_s,
            )
        self._with_libraries[libraries] = known
        while len(self._with_libraries) > _MOST_COMBINATIONS:
            self._with_libraries.popitem(last=False)
        return known

    def search_directories(self, environment: str | None) -> Sequence[Path]:
        """Where packages are looked for: indexed libraries, then what is installed."""
        return (*map(Path, self._libraries.indexed), *site_directories(environment))

    def is_published(self, distribution: str) -> bool | None:
        """Whether the index lists the name; None when the index is missing or damaged."""
        return distribution in self._published if self._published.known else None

    def is_well_known(self, distribution: str) -> bool | None:
        """Whether it is among the most downloaded; None when the index is missing or damaged."""
        return self._published.is_popular(distribution) if self._published.known else None

    def nearest(self, distribution: str, limit: int = 3) -> Sequence[str]:
        """Published names near the given one, best first; well-known ones are preferred."""
        return self._published.nearest(distribution, limit)

    def spelled_out(self, module: str) -> Sequence[str]:
        """Well-known published names of which a module's name is several words run together."""
        return self._published.spelled_out(module)

    def resembled(self, distribution: str) -> str | None:
        """The well-known published name that is one slip of the finger away."""
        return self._published.resembled(distribution)

    def installed_modules(self, environment: str | None) -> Mapping[str, tuple[str, ...]] | None:
        """Top-level module to the distributions that provide it; None if unreadable."""
        installed = self._installed(environment)
        return None if installed is None else installed.modules

    def installed_versions(self, environment: str | None) -> Mapping[str, str]:
        """Normalised distribution name to installed version."""
        installed = self._installed(environment)
        return {} if installed is None else installed.versions

    def accepted_keywords(self, environment: str | None, function: str) -> AcceptedKeywords | None:
        """What an installed function that passes keywords on accepts; None when unknown."""
        if environment not in self._forwarded:
            sites = [*self.search_directories(environment), Path(sysconfig.get_path("stdlib"))]
            self._forwarded[environment] = ForwardedKeywords(sites)
        return self._forwarded[environment].accepted(function)

    def _installed(self, environment: str | None) -> Installed | None:
        looked_at, known_whole = self._fresh.get(environment, (-inf, None))
        now = time.monotonic()
        if now - looked_at < self._fresh_s:
            return known_whole
        found = self._look(environment)
        self._fresh[environment] = (now, found)
        return found

    def _look(self, environment: str | None) -> Installed | None:
        sites = self._sites.get(environment) or self.search_directories(environment)
        self._sites[environment] = sites
        indexed = set(map(Path, self._libraries.indexed))
        found = [
            (stamp, part if site in indexed else part.without(self._libraries.hidden))
            for site in sites
            for stamp, part in filter(None, [self._directory(site)])
        ]
        if not found:
            return None
        stamps = tuple(stamp for stamp, _ in found)
        known = self._wholes.get(environment)
        if known is None or known[0] != stamps:
            known = (stamps, united(part for _, part in found))
            self._wholes[environment] = known
        return known[1]

    def _directory(self, directory: Path) -> tuple[_Stamp, Installed] | None:
        try:
            status = directory.stat()
            stamp = (status.st_mtime_ns, status.st_ino)
            cached = self._directories.get(directory)
            if cached is None or cached[0] != stamp:
                cached = (stamp, read_directory(directory))
                self._directories[directory] = cached
        except OSError:
            return None
        return cached
