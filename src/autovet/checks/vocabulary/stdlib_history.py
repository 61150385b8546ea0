"""When names of the standard library came and went."""

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

Version = tuple[int, int]


@dataclass(frozen=True, slots=True)
class StdlibHistory:
    """Names to versions; a parameter stands after its function: ``builtins.zip(strict)``.

    Attributes:
        added: the first Python that has the name.
        removed: the first Python that no longer has it, and what to use instead.
        deprecated: what to use instead.
        before: what to use on a Python that does not have the name yet.
    """

    added: dict[str, Version]
    removed: dict[str, tuple[Version, str]]
    deprecated: dict[str, str]
    before: dict[str, str]


@cache
def stdlib_history() -> StdlibHistory:
    """The shipped table."""
    table = tomllib.loads(files("autovet").joinpath("data/stdlib_history.toml").read_text("utf-8"))
    return StdlibHistory(
        added={n: version_of(v) for v, names in table["added"].items() for n in names},
        removed={
            name: (version_of(v), instead)
            for v, names in table["removed"].items()
            for name, instead in names.items()
        },
        deprecated=table["deprecated"],
        before=table["before"],
    )


def version_of(text: str) -> Version:
    """``"3.11"`` as a tuple."""
    major, _, minor = text.partition(".")
    return int(major), int(minor)
