"""What the gate says about an input."""

from dataclasses import dataclass
from typing import Literal

from autovet.domain.libraries import AS_INSTALLED, Libraries

RefusalCode = Literal[
    "not-a-regular-file",
    "outside-root",
    "unreadable",
    "too-large",
    "encoding",
    "null-byte",
    "too-deep",
    "too-long-line",
    "newer-syntax",
    "parser-crashed",
    "parser-timeout",
]


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why the gate does not let an input through to the analyzers."""

    code: RefusalCode
    message: str


@dataclass(frozen=True, slots=True)
class SyntaxFault:
    """The input is no Python: where, and what the parser says."""

    message: str
    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Admission:
    """The gate's answer for one input: refused, not Python, or admitted with its text.

    Attributes:
        text: the decoded text with its own line endings; empty when refused.
        neutral: the same text with the comments of other tools (``noqa``, ``type: ignore``)
            disarmed, character for character as long.
        libraries: what counts beside, or instead of, the installed packages.
    """

    text: str = ""
    neutral: str = ""
    refusal: Refusal | None = None
    syntax_fault: SyntaxFault | None = None
    libraries: Libraries = AS_INSTALLED

    @property
    def admitted(self) -> bool:
        """Whether the analyzers may see the text."""
        return self.refusal is None and self.syntax_fault is None
