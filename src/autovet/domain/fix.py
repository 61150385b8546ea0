"""A change to the code that would resolve a finding."""

from dataclasses import dataclass
from enum import StrEnum

from autovet.domain.span import Span


class Safety(StrEnum):
    """How much is known about a fix.

    ``proven`` is given by the healing engine alone, after validating and running the result.
    """

    PROVEN = "proven"
    LIKELY = "likely"
    MANUAL = "manual"


@dataclass(frozen=True, slots=True)
class Edit:
    """Replace the text in ``span`` with ``text``."""

    span: Span
    text: str


@dataclass(frozen=True, slots=True)
class Fix:
    """Edits that belong together: all are applied, or none."""

    edits: tuple[Edit, ...]
    message: str
    safety: Safety = Safety.LIKELY
