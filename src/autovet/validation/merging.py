"""Makes one finding of what several engines said about the same thing."""

from collections.abc import Iterable
from dataclasses import replace

from autovet.domain.finding import Finding
from autovet.domain.inspection import Inspection
from autovet.validation.twins import are_twins

_IMPORT_RULES = frozenset({"nonexistent-module", "nonexistent-package"})
_FOREIGN = ("ty",)


def merge(findings: Iterable[Finding], inspection: Inspection) -> list[Finding]:
    """Return one finding a problem, the surest wording first, all engines among its sources."""
    merged: list[Finding] = []
    plausible = (f for f in findings if not _refuted(f, inspection))
    for finding in sorted(plausible, key=_weight, reverse=True):
        twin = next((i for i, other in enumerate(merged) if same_thing(finding, other)), None)
        if twin is None:
            merged.append(finding)
        else:
            merged[twin] = _joined(merged[twin], finding)
    return merged


def same_thing(one: Finding, other: Finding) -> bool:
    """Whether two findings speak of one problem: one rule, or one weakness, at one place."""
    if one.category != other.category:
        return False
    if one.rule == other.rule:
        return one.span.overlaps(other.span) or one.span.start == other.span.start
    if are_twins(one.rule, other.rule):
        return _share_a_line(one, other)
    same_weakness = one.cwe is not None and one.cwe == other.cwe and one.sources != other.sources
    return same_weakness and _share_a_line(one, other)


def _share_a_line(one: Finding, other: Finding) -> bool:
    return one.span.touches_line(other.span.line) or other.span.touches_line(one.span.line)


def _weight(finding: Finding) -> tuple[int, int, float]:
    ours = "autovet" in finding.sources
    return (finding.severity.rank, ours, finding.confidence)


def _joined(kept: Finding, other: Finding) -> Finding:
    return replace(
        kept,
        evidence={**other.evidence, **kept.evidence},
        fix=kept.fix or other.fix,
        sources=tuple(dict.fromkeys([*kept.sources, *other.sources])),
        confidence=max(kept.confidence, other.confidence),
        cwe=kept.cwe or other.cwe,
    )


def _refuted(finding: Finding, inspection: Inspection) -> bool:
    """Whether the tree shows what another engine could not know.

    An import whose absence is provided for is no mistake, and about a package that is not there
    at all our own check speaks, which knows the package index.
    """
    if finding.rule not in _IMPORT_RULES or not set(finding.sources) & set(_FOREIGN):
        return False
    return any(
        (module.guarded or module.missing) and module.span.touches_line(finding.span.line)
        for module in inspection.imports
    )
