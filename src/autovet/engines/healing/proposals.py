"""Changes worth trying: what comes with findings, and what was learned from others."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from autovet.domain.finding import Finding
from autovet.domain.fix import Edit, Fix, Safety
from autovet.domain.severity import Severity
from autovet.ports import FixPatterns
from autovet.source.edits import OverlappingEdits, apply_edits

MOST_SUGGESTIONS = 2


@dataclass(frozen=True, slots=True)
class Proposal:
    """One finding and a change that is worth trying for it.

    Attributes:
        pattern: the id of the learned pattern that it was made with.
        why: what was seen of it beyond being judged again.
    """

    finding: Finding
    fix: Fix
    pattern: str = ""
    why: str = ""

    @property
    def key(self) -> tuple[str, tuple[Edit, ...]]:
        """The same for the same attempt."""
        return self.finding.id, self.fix.edits


def proposals(findings: Iterable[Finding]) -> list[Proposal]:
    """Return what can be tried: fixes of findings above info, the gravest first.

    A finding at info is a hint; changing good code for it would be noise.
    """
    fixable = [
        Proposal(finding, finding.fix)
        for finding in findings
        if finding.fix is not None
        and finding.fix.safety is not Safety.MANUAL
        and finding.severity is not Severity.INFO
    ]
    return sorted(fixable, key=lambda p: (-p.finding.severity.rank, p.finding.span))


def learned_proposals(
    text: str, findings: Iterable[Finding], patterns: FixPatterns | None
) -> list[Proposal]:
    """Return what was learned for findings that bring no fix of their own."""
    if patterns is None or not patterns.patterns():
        return []
    found = []
    for finding in findings:
        if finding.severity is Severity.INFO or finding.fix is not None:
            continue
        span = finding.span
        suggested = patterns.suggest(text, span.line, span.end_line, finding.rule)
        for made in suggested[:MOST_SUGGESTIONS]:
            fix = Fix(made.edits, "change it as it was changed elsewhere", Safety.LIKELY)
            found.append(Proposal(finding, fix, made.pattern.id))
    return found


def applied(text: str, chosen: Sequence[Proposal]) -> str | None:
    """Return the text with all chosen fixes, or None when they get into each other's way."""
    edits = [edit for p in chosen for edit in p.fix.edits]
    try:
        return apply_edits(text, edits)
    except OverlappingEdits:
        return None
