"""The Knowledge that an example states; of what it does not state nothing is known."""

from no_knowledge import NoKnowledge
from rapidfuzz.distance import OSA

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

    def resembled(self, distribution: str) -> str | None:
        wanted = distribution.replace("_", "-")
        known = (name for name, well_known in self._example.published.items() if well_known)
        return next((name for name in known if OSA.distance(name, wanted) == 1), None)

    def accepted_keywords(self, environment: str | None, function: str) -> AcceptedKeywords | None:
        keywords = self._example.accepts.get(function)
        return None if keywords is None else AcceptedKeywords(frozenset(keywords), "elsewhere.f")
