"""What is known about a rule before it ever fires."""

from dataclasses import dataclass

from autovet.domain.category import Category
from autovet.domain.severity import Severity


@dataclass(frozen=True, slots=True)
class Rule:
    """The declared metadata of a rule, ours or another engine's.

    Attributes:
        id: kebab-case name, unique over all engines.
        category: the question that a finding of the rule answers.
        severity: what a finding of the rule weighs unless the check says otherwise.
        confidence: the share of findings expected to be right, 0 to 1.
        cwe: the number in the Common Weakness Enumeration, where one fits.
        doc: what it finds, why it matters, how to fix it and when to leave it.
        source: the engine that reports it: ``autovet``, ``ruff``, ``ty``.
        code: the name of the rule in that engine, where it differs from ``id``.
    """

    id: str
    category: Category
    severity: Severity = Severity.WARNING
    confidence: float = 0.9
    cwe: int | None = None
    doc: str = ""
    source: str = "autovet"
    code: str = ""

    @property
    def summary(self) -> str:
        """The first line of the documentation."""
        return self.doc.strip().partition("\n")[0]
