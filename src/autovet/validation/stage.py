"""One stage of a run and how it ended."""

from dataclasses import dataclass

from autovet.domain.category import Category
from autovet.domain.finding import Finding
from autovet.domain.unverified import Unverified


@dataclass(frozen=True, slots=True)
class StageResult:
    """What one engine said about one source, or why it said nothing.

    Attributes:
        name: the engine: ``ruff``, ``ty``, ``checks``, ``execution``.
        failure: why it did not finish; its categories are then undecided.
        categories: the categories that cannot be decided without it.
        elapsed_ms: wall-clock time, in milliseconds.
    """

    name: str
    findings: tuple[Finding, ...] = ()
    unverified: tuple[Unverified, ...] = ()
    failure: str | None = None
    categories: frozenset[Category] = frozenset()
    elapsed_ms: float = 0.0
