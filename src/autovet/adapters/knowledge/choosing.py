"""Which indexed wheels count for a project."""

from collections.abc import Iterable, Mapping
from itertools import groupby

from packaging.specifiers import SpecifierSet
from packaging.version import InvalidVersion

from autovet.adapters.knowledge.wheel_store import IndexedWheel


def choose(
    indexed: Iterable[IndexedWheel],
    wanted: Mapping[str, SpecifierSet],
    installed: Mapping[str, str],
    *,
    environment_named: bool,
) -> tuple[IndexedWheel, ...]:
    """One wheel for each library that is not installed: the newest that the project allows.

    What a named environment holds is what the code will meet. The packages beside Autovet itself
    stand in only as long as they do not contradict what the project declares.

    Args:
        indexed: the wheels at hand.
        wanted: the versions that the project declares, by normalised name.
        installed: what the environment holds, normalised name to version.
        environment_named: whether the caller named that environment.
    """
    chosen = []
    ordered = sorted(indexed, key=lambda wheel: (wheel.name, wheel.version))
    for name, group in groupby(ordered, key=lambda wheel: wheel.name):
        allowed = wanted.get(name, SpecifierSet())
        if name in installed and (environment_named or _allows(allowed, installed[name])):
            continue
        fitting = [w for w in group if _allows(allowed, str(w.version), unclear=False)]
        if fitting:
            chosen.append(fitting[-1])
    return tuple(chosen)


def contradicted(
    wanted: Mapping[str, SpecifierSet], installed: Mapping[str, str]
) -> frozenset[str]:
    """The installed distributions whose version is not one that the project declares."""
    return frozenset(
        name
        for name, allowed in wanted.items()
        if name in installed and not _allows(allowed, installed[name])
    )


def _allows(allowed: SpecifierSet, version: str, *, unclear: bool = True) -> bool:
    """``unclear`` is for what cannot be compared, such as ``===anything``."""
    try:
        return allowed.contains(version, prereleases=True)
    except InvalidVersion:
        return unclear
