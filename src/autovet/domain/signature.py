"""What an installed function takes."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class AcceptedKeywords:
    """The keyword arguments that a function accepts, its own and those that it passes on.

    Attributes:
        keywords: all names that some function along the chain takes.
        by: the dotted name of the last function of the chain, which names all its arguments.
        unless: keywords that change where the others go; with one of them nothing is known.
    """

    keywords: frozenset[str]
    by: str
    unless: frozenset[str] = frozenset()
