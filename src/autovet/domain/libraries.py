"""Which libraries count for a project beside, or instead of, what is installed."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Libraries:
    """What the project's declarations make of the packages at hand.

    Attributes:
        indexed: directories of indexed libraries, which come before what is installed.
        hidden: top-level modules of packages beside Autovet itself whose version the project
            rules out: they are as good as absent.
    """

    indexed: tuple[str, ...] = ()
    hidden: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        """Whether anything differs from what is installed."""
        return bool(self.indexed or self.hidden)


AS_INSTALLED = Libraries()
