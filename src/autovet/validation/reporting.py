"""The result of one validation as the plain mapping of the public contract."""

from collections.abc import Mapping
from typing import Any

from autovet.domain.category_result import CategoryResult, Status
from autovet.domain.finding import Finding
from autovet.domain.verdict import Decision, Verdict

_IS_VALID = {Status.PASSED: True, Status.FAILED: False, Status.UNDECIDED: None}


def verdict_mapping(verdict: Verdict) -> dict[str, Any]:
    """The decision and the eleven categories."""
    return {
        "overall_valid": verdict.decision is Decision.PASS,
        "verdict": verdict.decision.value,
        **{c.value: category_mapping(result) for c, result in verdict.categories.items()},
    }


def category_mapping(result: CategoryResult) -> dict[str, Any]:
    """One category."""
    return {
        "is_valid": _IS_VALID[result.status],
        "status": result.status.value,
        "reason": result.reason,
        "score": result.score,
        "findings": [finding_mapping(finding) for finding in result.findings],
        "unverified": [{"what": u.what, "why": u.why} for u in result.unverified],
        "checked": list(result.checked),
        "elapsed_ms": result.elapsed_ms,
    }


def finding_mapping(finding: Finding) -> dict[str, Any]:
    """One finding."""
    span = finding.span
    mapping: dict[str, Any] = {
        "id": finding.id,
        "rule": finding.rule,
        "category": finding.category.value,
        "severity": finding.severity.value,
        "confidence": round(finding.confidence, 3),
        "message": finding.message,
        "path": finding.path,
        "line": span.line,
        "column": span.column,
        "end_line": span.end_line,
        "end_column": span.end_column,
        "evidence": plain(finding.evidence),
        "fix": None,
        "sources": list(finding.sources),
    }
    if finding.fix is not None:
        mapping["fix"] = {
            "message": finding.fix.message,
            "safety": finding.fix.safety.value,
            "edits": [
                {
                    "line": edit.span.line,
                    "column": edit.span.column,
                    "end_line": edit.span.end_line,
                    "end_column": edit.span.end_column,
                    "text": edit.text,
                }
                for edit in finding.fix.edits
            ],
        }
    if finding.cwe is not None:
        mapping["cwe"] = finding.cwe
    if finding.worth is not None:
        mapping["worth"] = round(finding.worth, 3)
    return mapping


def plain(value: Any) -> Any:
    """The same value in dictionaries, lists, strings and numbers, ready for JSON."""
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    if isinstance(value, (set, frozenset)):
        return sorted(plain(item) for item in value)
    if value is None or type(value) in (str, int, float, bool):
        return value
    return str(value)
