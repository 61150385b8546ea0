"""The fixes that come with findings, ready to be tried."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from autovet.domain.finding import Finding
from autovet.domain.fix import Safety
from autovet.domain.severity import Severity
from autovet.source.edits import OverlappingEdits, apply_edits


@dataclass(frozen=True, slots=True)
class Proposal:
    """One finding whose fix is worth trying."""

    finding: Finding


def proposals(findings: Iterable[Finding]) -> list[Proposal]:
    """Return what can be tried: fixes of findings above info, the gravest first.

    A finding at info is a hint; changing good code for it would be noise.
    """
    fixable = [
        finding
        for finding in findings
        if finding.fix is not None
        and finding.fix.safety is not Safety.MANUAL
        and finding.severity is not Severity.INFO
    ]
    return [Proposal(f) for f in sorted(fixable, key=lambda f: (-f.severity.rank, f.span))]


def applied(text: str, chosen: Sequence[Proposal]) -> str | None:
    """Return the text with all chosen fixes, or None when they get into each other's way."""
    edits = [edit for p in chosen if p.finding.fix for edit in p.finding.fix.edits]
    try:
        return apply_edits(text, edits)
    except OverlappingEdits:
        return None
