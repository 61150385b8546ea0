"""A piece of code as it was handed in, before anything has looked at it."""

import hashlib
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Source:
    """Raw bytes and where they are to stand.

    Attributes:
        path: the path in the project, with forward slashes.
        data: the bytes; text from a caller is UTF-8, with lone surrogates passed through so that
            the gate can name them.
        is_text: the caller handed over text, so a coding cookie in it has no say.
    """

    path: str
    data: bytes
    is_text: bool = False

    @classmethod
    def from_text(cls, text: str, path: str) -> "Source":
        """Wrap text that is already decoded."""
        return cls(path, text.encode("utf-8", "surrogatepass"), is_text=True)

    @property
    def sha256(self) -> str:
        """The digest of the bytes, in hexadecimal."""
        return hashlib.sha256(self.data).hexdigest()
