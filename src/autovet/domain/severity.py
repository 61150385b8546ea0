"""How bad a finding is."""

from enum import StrEnum


class Severity(StrEnum):
    """The weight of a finding: only errors fail a verdict unless more is asked for."""

    INFO = "info"
    WARNING = "warning"
    ERROR = "error"

    @property
    def rank(self) -> int:
        """0 for info, 1 for warning, 2 for error."""
        return list(Severity).index(self)
