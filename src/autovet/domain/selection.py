"""Which rules the user wants to hear of."""

from dataclasses import dataclass

from autovet.domain.finding import Finding


@dataclass(frozen=True, slots=True)
class Selection:
    """Rules or categories to report (all when empty), and rules or categories to leave out."""

    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()

    def wants(self, finding: Finding) -> bool:
        """Whether a finding is to be reported."""
        names = {finding.rule, finding.category.value}
        return not names & set(self.ignore) and (not self.select or bool(names & set(self.select)))
