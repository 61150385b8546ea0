"""What a parameter takes, as far as inputs can be made up for it."""

from dataclasses import dataclass, replace
from typing import Literal

Name = Literal[
    "int",
    "float",
    "bool",
    "str",
    "bytes",
    "none",
    "list",
    "tuple",
    "set",
    "dict",
    "union",
    "choice",
]
CONTAINERS = frozenset({"list", "tuple", "set", "dict"})
SIZED = CONTAINERS | {"str", "bytes"}


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of plain value.

    Attributes:
        parts: of a container what it holds (of a mapping keys and values), of a union its members.
        fixed: for a tuple: there is one part for each position.
        choices: the texts of the only values, for ``choice``.
        low: the least number allowed, inclusive.
        high: the greatest number allowed, inclusive.
        min_size: the least number of elements or characters.
        max_size: the greatest.
        stated: an annotation says so; otherwise it was guessed from how the body uses it.
        order: elements must come in order, or be distinct.
    """

    name: Name
    parts: tuple["Kind", ...] = ()
    fixed: bool = False
    choices: tuple[str, ...] = ()
    low: float | None = None
    high: float | None = None
    min_size: int = 0
    max_size: int | None = None
    stated: bool = True
    order: Literal["", "sorted", "distinct"] = ""

    @property
    def is_number(self) -> bool:
        """Whether it is an int or a float."""
        return self.name in {"int", "float"}

    @property
    def holds_numbers(self) -> bool:
        """Whether it is a sequence of numbers."""
        return self.name in {"list", "tuple"} and bool(self.parts) and self.parts[0].is_number

    def within(self, low: float | None, high: float | None) -> "Kind":
        """The same kind with tighter bounds."""
        lows = [bound for bound in (self.low, low) if bound is not None]
        highs = [bound for bound in (self.high, high) if bound is not None]
        return replace(self, low=max(lows, default=None), high=min(highs, default=None))

    def sized(self, least: int | None, most: int | None) -> "Kind":
        """The same kind with tighter sizes."""
        sizes = [size for size in (self.max_size, most) if size is not None]
        return replace(
            self, min_size=max(self.min_size, least or 0), max_size=min(sizes, default=None)
        )


def optional(kind: Kind) -> Kind:
    """The kind, or None."""
    return Kind("union", (kind, Kind("none")), stated=kind.stated)
