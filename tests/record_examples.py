"""Records for tests of the store and of the engines that read it."""

from autovet.domain.event import FindingRecord, ValidationRecord


def finding(rule="shell-call", finding_id="f1", category="security", severity="warning", line=3):
    return FindingRecord(finding_id, rule, category, severity, "app/views.py", line)


def validation(number=0, *findings, at=None, elapsed_ms=20.0, **changes):
    values = {
        "validation_id": f"validation-{number}",
        "at": 1_000.0 + number if at is None else at,
        "decision": "pass",
        "elapsed_ms": elapsed_ms,
        "source_sha256": "0" * 64,
        "path": "app/views.py",
        "project": "shop",
        "generator": "model-a",
        "lines": 60,
        "statuses": {"security": "passed", "performance": "passed"},
        "stages": {"admission": 1.0, "inspection": elapsed_ms / 2},
        "checks": {"shell-call": 0.2, "nested-loops": 0.4},
        "findings": findings,
    }
    return ValidationRecord(**(values | changes))
