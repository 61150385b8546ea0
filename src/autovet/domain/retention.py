"""How much of the record is kept."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Retention:
    """Limits of the record; what goes over them goes oldest first, after it was summed up.

    Attributes:
        max_bytes: of validations, findings and events together; outcomes always stay.
        keep_s: how long a single validation stays at most, in seconds.
        keep_hours_s: how long sums over an hour stay; those over a day stay for three years.
    """

    max_bytes: int = 200 * 2**20
    keep_s: float = 90 * 86_400.0
    keep_hours_s: float = 60 * 86_400.0


@dataclass(frozen=True, slots=True)
class Maintenance:
    """What one round of maintenance did.

    Attributes:
        hours: hours that were summed up.
        days: days that were summed up.
        deleted: table to the rows that were deleted.
    """

    hours: int = 0
    days: int = 0
    deleted: Mapping[str, int] = field(default_factory=dict)
