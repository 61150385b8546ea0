"""Which rules the user wants to hear of."""

from dataclasses import dataclass

from autovet.domain.finding import Finding


@dataclass(frozen=True, slots=True)
class Selection:
    """Rules or categories to report (all when empty), and what to leave out.

    Attributes:
        known: ids of findings that were there before (the baseline).
    """

    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    known: frozenset[str] = frozenset()

    def wants(self, finding: Finding) -> bool:
        """Whether a finding is to be reported."""
        names = {finding.rule, finding.category.value}
        return not names & set(self.ignore) and (not self.select or bool(names & set(self.select)))
