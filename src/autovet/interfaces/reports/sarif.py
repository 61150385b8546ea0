"""SARIF 2.1.0, as code scanning services read it."""

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from autovet.adapters.catalogue import all_rules
from autovet.domain.rule import Rule
from autovet.interfaces.reports.findings import findings_in, undecided_in
from autovet.version import VERSION

_LEVEL = {"error": "error", "warning": "warning", "info": "note"}
_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"


def sarif_report(report: Mapping[str, Any], seconds: float) -> str:
    """One run with the metadata of the rules that fired; taint paths become code flows."""
    del seconds
    catalogue = all_rules()
    files = report["files"]
    found = [(path, f) for path, result in files.items() for f in findings_in(result)]
    fired = sorted({f["rule"] for _, f in found})
    notes = [
        {"level": "warning", "message": {"text": f"{path}: {category} undecided: {reason}"}}
        for path, result in files.items()
        for category, reason in undecided_in(result)
    ]
    run = {
        "tool": {
            "driver": {
                "name": "autovet",
                "semanticVersion": VERSION,
                "rules": [_rule(rule_id, catalogue.get(rule_id)) for rule_id in fired],
            }
        },
        "invocations": [{"executionSuccessful": not notes, "toolExecutionNotifications": notes}],
        "columnKind": "unicodeCodePoints",
        "results": [_result(path, finding, fired) for path, finding in found],
    }
    return json.dumps({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2) + "\n"


def _rule(rule_id: str, rule: Rule | None) -> dict[str, Any]:
    if rule is None:
        return {"id": rule_id}
    properties: dict[str, Any] = {
        "category": rule.category.value,
        "precision": _precision(rule.confidence),
    }
    if rule.cwe is not None:
        properties["tags"] = [f"external/cwe/cwe-{rule.cwe:03}"]
    return {
        "id": rule_id,
        "shortDescription": {"text": rule.summary},
        "fullDescription": {"text": rule.doc},
        "help": {"text": rule.doc, "markdown": rule.doc},
        "defaultConfiguration": {"level": _LEVEL[rule.severity]},
        "properties": properties,
    }


def _precision(confidence: float) -> str:
    return "very-high" if confidence >= 0.9 else "high" if confidence >= 0.7 else "medium"


def _result(path: str, finding: Mapping[str, Any], fired: list[str]) -> dict[str, Any]:
    result: dict[str, Any] = {
        "ruleId": finding["rule"],
        "ruleIndex": fired.index(finding["rule"]),
        "level": _LEVEL[finding["severity"]],
        "message": {"text": finding["message"]},
        "locations": [_location(path, finding)],
        "partialFingerprints": {"autovet/v1": finding["id"]},
        "properties": {
            "category": finding["category"],
            "confidence": finding["confidence"],
            "sources": finding["sources"],
            "evidence": finding["evidence"],
        },
    }
    steps = finding["evidence"].get("path")
    if isinstance(steps, list) and all(isinstance(s, Mapping) and "line" in s for s in steps):
        places = [{"location": _step(path, step)} for step in steps]
        result["codeFlows"] = [{"threadFlows": [{"locations": places}]}]
    if finding["fix"] is not None:
        result["fixes"] = [_fix(path, finding["fix"])]
    return result


def _artifact(path: str) -> dict[str, str]:
    return {"uri": quote(path.replace("\\", "/"))}


def _region(place: Mapping[str, Any]) -> dict[str, int]:
    return {
        "startLine": place["line"],
        "startColumn": place["column"],
        "endLine": place["end_line"],
        "endColumn": place["end_column"],
    }


def _location(path: str, place: Mapping[str, Any]) -> dict[str, Any]:
    return {"physicalLocation": {"artifactLocation": _artifact(path), "region": _region(place)}}


def _step(path: str, step: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "physicalLocation": {
            "artifactLocation": _artifact(step.get("path", path)),
            "region": {"startLine": step["line"]},
        },
        "message": {"text": str(step.get("code") or step.get("what") or "")},
    }


def _fix(path: str, fix: Mapping[str, Any]) -> dict[str, Any]:
    replacements = [
        {"deletedRegion": _region(edit), "insertedContent": {"text": edit["text"]}}
        for edit in fix["edits"]
    ]
    change = {"artifactLocation": _artifact(path), "replacements": replacements}
    return {"description": {"text": fix["message"]}, "artifactChanges": [change]}
