"""Records as rows."""

import time
import uuid
from collections.abc import Mapping
from typing import Any

from autovet.adapters.store.backlog import Row
from autovet.adapters.store.codec import column_text, encode
from autovet.domain.event import Event, Outcome, ValidationRecord


def validation_row(record: ValidationRecord) -> Row:
    """A validation, with a row for each finding."""
    shared = {
        "at": record.at,
        "validation_id": column_text(record.validation_id),
        "project": column_text(record.project),
        "generator": column_text(record.generator),
    }
    own = {
        "key": uuid.uuid4().hex,
        "decision": column_text(record.decision),
        "elapsed_ms": record.elapsed_ms,
        "body": encode(record),
    }
    findings = tuple(
        {
            **shared,
            "finding_id": column_text(finding.finding_id),
            "rule": column_text(finding.rule),
            "category": column_text(finding.category),
            "severity": column_text(finding.severity),
            "path": column_text(finding.path),
            "line": finding.line,
        }
        for finding in record.findings
    )
    return Row("validations", {**shared, **own}, findings)


def event_row(event: Event) -> Row:
    """An event."""
    values = {
        "key": uuid.uuid4().hex,
        "at": event.at,
        "kind": column_text(event.kind),
        "subject": column_text(event.subject),
        "body": encode(event),
    }
    return Row("events", values)


def outcome_row(outcome: Outcome) -> Row:
    """An outcome."""
    values = {
        "key": uuid.uuid4().hex,
        "at": outcome.at,
        "finding_id": column_text(outcome.finding_id),
        "rule": column_text(outcome.rule),
        "project": column_text(outcome.project),
        "verdict": column_text(outcome.verdict),
        "body": encode(outcome),
    }
    return Row("outcomes", values)


def state_row(name: str, state: Mapping[str, Any]) -> Row:
    """An engine's state."""
    return Row("engine_state", {"name": name, "at": time.time(), "body": encode(state)})
