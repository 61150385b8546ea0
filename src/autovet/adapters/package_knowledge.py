"""Knowledge about packages without the network: the shipped index and the installed metadata."""

import time
from collections.abc import Mapping, Sequence
from math import inf
from pathlib import Path

from autovet.adapters.package_index.forwarding import ForwardedKeywords
from autovet.adapters.package_index.installed import (
    Installed,
    read_directory,
    site_directories,
    united,
)
from autovet.adapters.package_index.names import SHIPPED, PublishedNames
from autovet.domain.signature import AcceptedKeywords

_Stamp = tuple[int, int]
FRESH_S = 1.0
"""Within a second an environment is not looked at again; a dozen checks ask in a row."""


class PackageKnowledge:
    """Answers from files alone; each is read when first asked for and again after it changed.

    Args:
        index: the directory with the index of published names.
        fresh_s: for so many seconds an environment is not looked at again.
    """

    def __init__(self, index: Path = SHIPPED, *, fresh_s: float = FRESH_S) -> None:
        self._fresh_s = fresh_s
        self._published = PublishedNames(index)
        self._forwarded: dict[str | None, ForwardedKeywords] = {}
        self._directories: dict[Path, tuple[_Stamp, Installed]] = {}
        self._fresh: dict[str | None, tuple[float, Installed | None]] = {}
        self._sites: dict[str | None, Sequence[Path]] = {}
        self._wholes: dict[str | None, tuple[tuple[_Stamp, ...], Installed]] = {}

    def is_published(self, distribution: str) -> bool | None:
        """Whether the index lists the name; None when the index is missing or damaged."""
        return distribution in self._published if self._published.known else None

    def is_well_known(self, distribution: str) -> bool | None:
        """Whether it is among the most downloaded; None when the index is missing or damaged."""
        return self._published.is_popular(distribution) if self._published.known else None

    def nearest(self, distribution: str, limit: int = 3) -> Sequence[str]:
        """Published names near the given one, best first; well-known ones are preferred."""
        return self._published.nearest(distribution, limit)

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
            self._forwarded[environment] = ForwardedKeywords(site_directories(environment))
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
        sites = self._sites.get(environment) or site_directories(environment)
        self._sites[environment] = sites
        found = [pair for pair in map(self._directory, sites) if pair is not None]
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
