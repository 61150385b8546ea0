"""The versions that the policy has had."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

_MOST = 500


@dataclass(slots=True)
class Versions:
    """A number that only grows, with a digest of what decides verdicts.

    Attributes:
        number: of the version now; 0 before anything was learned.
        digest: of the version now.
        moments: version to the moment when it came about, seconds since the epoch.
    """

    number: int = 0
    digest: str = ""
    moments: dict[str, float] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """Names the version now."""
        return f"{self.number}-{self.digest}" if self.number else "0"

    def move_on(self, digest: str, stored: "Versions", now: float, any_rules: bool) -> bool:
        """Give what was found its version; tells whether it is a new one.

        Args:
            digest: of what decides verdicts now.
            stored: what another process may have saved meanwhile.
            now: the moment.
            any_rules: whether there is anything to name.
        """
        self.moments = dict(sorted((self.moments | stored.moments).items(), key=lambda m: m[1]))
        if digest == self.digest or not (any_rules or self.number or stored.number):
            return False
        self.digest = digest
        if digest == stored.digest and stored.number >= self.number:
            self.number = stored.number  # another process came to the same policy first
            return False
        self.number = max(self.number, stored.number) + 1
        self.moments[self.name] = now
        for old in list(self.moments)[:-_MOST]:
            del self.moments[old]
        return True

    def moment_of(self, version: str) -> float | None:
        """When a version came about; ``0`` is before everything."""
        wanted = version.partition("+")[0]
        return 0.0 if wanted == "0" else self.moments.get(wanted)

    def newest(self, count: int) -> list[str]:
        """The newest versions, newest first."""
        return list(reversed(self.moments))[:count]

    def listed(self) -> list[tuple[str, float]]:
        """All versions with their moments, oldest first."""
        return list(self.moments.items())

    def as_state(self) -> dict[str, Any]:
        """Everything, JSON-serialisable."""
        return {"number": self.number, "digest": self.digest, "moments": self.moments}

    @classmethod
    def from_state(cls, state: Mapping[str, Any]) -> "Versions":
        """What ``as_state`` gave."""
        moments = {str(v): float(at) for v, at in state.get("moments", {}).items()}
        return cls(int(state.get("number", 0)), str(state.get("digest", "")), moments)
