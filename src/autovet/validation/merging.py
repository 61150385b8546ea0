"""Makes one finding of what several engines said about the same thing."""

import builtins
from bisect import bisect_left, insort
from collections.abc import Iterable, Mapping
from dataclasses import replace

from autovet.checks.vocabulary.dynamic_models import LIBRARIES
from autovet.domain.category import Category
from autovet.domain.finding import Finding
from autovet.domain.inspection import Inspection
from autovet.domain.severity import Severity
from autovet.domain.span import Span
from autovet.validation.twins import twin_group

_IMPORT_RULES = frozenset({"nonexistent-module", "nonexistent-package"})
_FOREIGN = ("ty",)
_BUILTINS = frozenset(dir(builtins))
_HARM_IN_VALUES = frozenset({22, 77, 78, 79, 89, 94, 95, 502, 611, 776, 918})


def merge(findings: Iterable[Finding], inspection: Inspection) -> list[Finding]:
    """Return one finding a problem, the surest wording first, all engines among its sources."""
    merged: list[Finding] = []
    known = _Known()
    plausible = (_weakened(f, inspection) for f in findings if not _refuted(f, inspection))
    for finding in sorted(plausible, key=_weight, reverse=True):
        twin = known.place_of(finding)
        if twin is None:
            known.add(finding, len(merged))
            merged.append(finding)
        else:
            merged[twin] = _joined(merged[twin], finding)
    return merged


class _Known:
    """Finds the problem that a finding speaks of among those seen, without comparing with all.

    Two findings speak of one problem when one rule reports overlapping places, or when different
    engines report one weakness (by CWE or by the table of twins) on one line.
    """

    def __init__(self) -> None:
        self._by_rule: dict[tuple[Category, str], list[tuple[Span, int]]] = {}
        self._by_line: dict[tuple[Category, object, int], tuple[int, tuple[str, ...]]] = {}

    def place_of(self, finding: Finding) -> int | None:
        spans = self._by_rule.get((finding.category, finding.rule), [])
        at = bisect_left(spans, (finding.span, 0))
        for span, place in spans[max(at - 1, 0) : at + 1]:
            if span.overlaps(finding.span) or span.start == finding.span.start:
                return place
        for key in _line_keys(finding):
            place, sources = self._by_line.get(key, (-1, finding.sources))
            if sources != finding.sources:
                return place
        return None

    def add(self, finding: Finding, place: int) -> None:
        insort(
            self._by_rule.setdefault((finding.category, finding.rule), []), (finding.span, place)
        )
        for key in _line_keys(finding):
            self._by_line.setdefault(key, (place, finding.sources))


def _line_keys(finding: Finding) -> list[tuple[Category, object, int]]:
    line = finding.span.line
    weaknesses: list[object] = [finding.cwe] if finding.cwe is not None else []
    group = twin_group(finding.rule)
    if group is not None:
        weaknesses.append(group)
    return [(finding.category, weakness, line) for weakness in weaknesses]


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


def _weakened(finding: Finding, inspection: Inspection) -> Finding:
    """An unused import that its author meant to keep is a hint, and stays in sight."""
    if finding.rule != "unused-import" or finding.severity is Severity.INFO:
        return finding
    if not any(span.overlaps(finding.span) for span in inspection.kept_imports):
        return finding
    return replace(finding, severity=Severity.INFO, fix=None)


def _refuted(finding: Finding, inspection: Inspection) -> bool:
    """Whether the tree shows what another engine could not know.

    An import whose absence is provided for is no mistake, and about a package that is not there
    at all our own check speaks, which knows the package index. Attributes that a library makes at
    run time are there although no stub declares them, and an import that another module takes
    from here is used. A dangerous call does no harm with the program's own constants.
    """
    if finding.cwe in _HARM_IN_VALUES and finding.category is Category.SECURITY:
        return any(span.overlaps(finding.span) for span in inspection.harmless)
    if finding.rule == "unused-import":
        return any(span.overlaps(finding.span) for span in inspection.reexports)
    if finding.rule == "undefined-name":
        return any(span.overlaps(finding.span) for span in inspection.guarded_names)
    if not set(finding.sources) & set(_FOREIGN):
        return False
    if finding.rule == "nonexistent-attribute":
        return inspection.dynamic_models and _may_be_model(finding)
    return finding.rule in _IMPORT_RULES and any(
        (module.guarded or module.missing) and module.span.touches_line(finding.span.line)
        for module in inspection.imports
    )


def _may_be_model(finding: Finding) -> bool:
    """Whether the receiver could be of a class that such a library, or the project, makes."""
    receiver = str(finding.evidence.get("receiver", ""))
    if not receiver or receiver.partition("[")[0] in _BUILTINS:
        return False
    resolved = finding.evidence.get("resolved")
    if not isinstance(resolved, Mapping) or "distribution" not in resolved:
        return True
    if resolved["distribution"] == "the standard library":
        return False
    tops = {str(resolved.get("file", "")).partition("/")[0], *finding.evidence.get("inherits", ())}
    return bool(tops & LIBRARIES)
