"""A Knowledge that knows nothing: what remains must not be called wrong."""

from collections.abc import Mapping, Sequence

from autovet.domain.libraries import Libraries
from autovet.domain.signature import AcceptedKeywords


class NoKnowledge:
    libraries = Libraries()

    def for_project(self, environment: str | None, declared: object) -> "NoKnowledge":
        return self

    def is_published(self, distribution: str) -> bool | None:
        return None

    def nearest(self, distribution: str, limit: int = 3) -> Sequence[str]:
        return ()

    def spelled_out(self, module: str) -> Sequence[str]:
        return ()

    def resembled(self, distribution: str) -> str | None:
        return None

    def installed_modules(self, environment: str | None) -> Mapping[str, tuple[str, ...]] | None:
        return None

    def installed_versions(self, environment: str | None) -> Mapping[str, str]:
        return {}

    def is_well_known(self, distribution: str) -> bool | None:
        return None

    def accepted_keywords(self, environment: str | None, function: str) -> AcceptedKeywords | None:
        return None
