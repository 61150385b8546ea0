"""One version of a file in a project's history."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FileVersion:
    """A file as one commit left it.

    Attributes:
        path: in the project, with forward slashes.
        data: its bytes; None where the commit removed it.
        at: when, in seconds since the epoch, as the author says.
        author: who, as the author says.
        commit: the number of the commit, from 0.
    """

    path: str
    data: bytes | None
    at: float
    author: str
    commit: int
