"""Which distributions provide a module, for the well-known ones whose names differ."""

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any

from packaging.utils import canonicalize_name


@cache
def _table() -> dict[str, Any]:
    text = files("autovet").joinpath("data/import_names.toml").read_text("utf-8")
    return tomllib.loads(text)


def well_known_distributions(module: str) -> frozenset[str]:
    """Normalised names of the distributions that provide a module; empty when not well known.

    For a namespace package the longest listed part of the dotted name decides.
    """
    known = _table()["modules"]
    parts = module.split(".")
    for length in range(len(parts), 0, -1):
        if (found := known.get(".".join(parts[:length]))) is not None:
            return frozenset(map(canonicalize_name, found))
    # generated code often gets the case wrong; that is for the import itself to complain about
    return frozenset(map(canonicalize_name, _folded().get(parts[0].casefold(), ())))


@cache
def renamed_distributions() -> frozenset[str]:
    """Normalised names of distributions whose module is well known to be called otherwise."""
    modules = _table()["modules"]
    return frozenset(canonicalize_name(name) for names in modules.values() for name in names)


@cache
def _folded() -> dict[str, list[str]]:
    return {name.casefold(): found for name, found in _table()["modules"].items()}


def spread_over_distributions(module: str) -> bool:
    """Whether many distributions share the top-level package, as with ``google``."""
    root = module.partition(".")[0]
    return any(name.startswith(f"{root}.") for name in _table()["modules"])


def comes_with_a_host(module: str) -> bool:
    """Whether an application or another Python implementation brings the module along."""
    return module.partition(".")[0] in _table()["hosts"]["names"]
