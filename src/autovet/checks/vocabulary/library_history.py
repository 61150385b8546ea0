"""Names that well-known distributions no longer have, and what makes their objects."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

_FACTS = ("makes", "keeps", "columns", "telling")


@dataclass(frozen=True, slots=True)
class Removal:
    """A name or parameter that is gone.

    Attributes:
        version: the first version of the distribution without it.
        instead: what to use, or nothing.
    """

    distribution: str
    version: str
    instead: str


@dataclass(frozen=True, slots=True)
class LibraryHistory:
    """Removals by qualified name, and which calls evidently give which class.

    Attributes:
        makes: function to the class of its result.
        keeps: class to its methods that return an instance of the class.
        columns: class to the class of what a text in brackets picks from it.
        telling: ``method(keyword)`` to the method that alone takes the keyword.
    """

    removed: Mapping[str, Removal]
    makes: Mapping[str, str]
    keeps: Mapping[str, frozenset[str]]
    columns: Mapping[str, str]
    telling: Mapping[str, str]


@cache
def library_history() -> LibraryHistory:
    """The shipped table."""
    table = tomllib.loads(files("autovet").joinpath("data/library_history.toml").read_text("utf-8"))
    return LibraryHistory(
        removed={
            name: Removal(distribution, version, instead)
            for distribution, versions in table.items()
            if distribution not in _FACTS
            for version, names in versions.items()
            for name, instead in names.items()
        },
        makes=table["makes"],
        keeps={name: frozenset(methods) for name, methods in table["keeps"].items()},
        columns=table["columns"],
        telling=table["telling"],
    )
