"""The Knowledge that an example states; of what it does not state nothing is known."""

from no_knowledge import NoKnowledge

from autovet.checks.example import Example
from autovet.domain.signature import AcceptedKeywords


class StatedKnowledge(NoKnowledge):
    def __init__(self, example: Example) -> None:
        self._example = example

    def is_published(self, distribution: str) -> bool | None:
        stated = self._example.published
        return distribution.replace("_", "-") in stated if stated else None

    def is_well_known(self, distribution: str) -> bool | None:
        stated = self._example.published
        return stated.get(distribution.replace("_", "-"), False) if stated else None

    def nearest(self, distribution: str, limit: int = 3) -> list[str]:
        return sorted(self._example.published)[:limit]

    def accepted_keywords(self, environment: str | None, function: str) -> AcceptedKeywords | None:
        keywords = self._example.accepts.get(function)
        return None if keywords is None else AcceptedKeywords(frozenset(keywords), "elsewhere.f")
