"""What the learning engine has to say about the next verdict."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal


@dataclass(frozen=True, slots=True)
class AdaptationRule:
    """A change to how a rule is treated, with its evidence; a person can read and undo it.

    Attributes:
        rule: the rule that it is about.
        scope: the project that it holds for, or ``*``.
        action: ``demote`` (error to warning, warning to info), ``probation`` or ``dismiss``.
        finding_id: for ``dismiss``: the one finding that stays dismissed.
        evidence: the counts and bounds that it rests on.
        at: when it was made, in seconds since the epoch.
    """

    rule: str
    scope: str
    action: Literal["demote", "probation", "dismiss"]
    evidence: Mapping[str, Any] = field(default_factory=dict)
    finding_id: str = ""
    at: float = 0.0


@dataclass(frozen=True, slots=True)
class Policy:
    """The learned state that one verdict uses.

    Attributes:
        version: names the state: the same version gives the same verdict.
        patterns: how many patterns (rule, project, generator) have been seen so far.
    """

    version: str = "0"
    adaptations: tuple[AdaptationRule, ...] = ()
    patterns: int = 0
