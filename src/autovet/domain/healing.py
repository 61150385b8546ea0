"""What healing did, and what it offers."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Candidate:
    """A changed text that is offered but not proven."""

    code: str
    diff: str
    safety: str
    why: str


@dataclass(frozen=True, slots=True)
class Healing:
    """The result of one attempt to heal.

    Attributes:
        issues_detected: findings and failing components, as plain mappings.
        healing_applied: the fixes in ``healed_code``, each with why it counts as proven.
        refused: fixes that were tried and not taken, with the reason.
        recovery_successful: nothing was wrong, or nothing that fails the verdict is left.
        healed_code: the text with all proven fixes; None when none was proven.
    """

    issues_detected: tuple[Mapping[str, Any], ...] = ()
    healing_applied: tuple[Mapping[str, Any], ...] = ()
    refused: tuple[Mapping[str, Any], ...] = ()
    recovery_successful: bool = True
    healed_code: str | None = None
    diff: str = ""
    recommendations: tuple[str, ...] = ()
    candidates: tuple[Candidate, ...] = ()
    questions: tuple[Mapping[str, Any], ...] = field(default=())
