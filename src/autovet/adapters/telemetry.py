"""Traces and metrics through OpenTelemetry's interface; whoever sets up its SDK gets them."""

import time
from collections.abc import Callable

from opentelemetry import metrics, trace
from opentelemetry.trace import StatusCode

from autovet.domain.event import ValidationRecord
from autovet.version import VERSION

_MS = 1_000_000
"""Nanoseconds in a millisecond."""


def telemetry() -> Callable[[ValidationRecord], None]:
    """An observer of validations: a span with one for each stage, a counter and a histogram.

    Names and units follow OpenTelemetry's conventions: ``autovet.validate`` (span),
    ``autovet.validations`` (1) and ``autovet.validation.duration`` (s).
    """
    tracer = trace.get_tracer("autovet", VERSION)
    meter = metrics.get_meter("autovet", VERSION)
    validations = meter.create_counter(
        "autovet.validations", unit="1", description="Finished validations by verdict."
    )
    duration = meter.create_histogram(
        "autovet.validation.duration", unit="s", description="Wall-clock time of a validation."
    )

    def observe(record: ValidationRecord) -> None:
        validations.add(1, {"autovet.verdict": record.decision})
        duration.record(record.elapsed_ms / 1000, {"autovet.verdict": record.decision})
        end = time.time_ns()
        start = end - int(record.elapsed_ms * _MS)
        span = tracer.start_span(
            "autovet.validate",
            start_time=start,
            attributes={
                "autovet.validation_id": record.validation_id,
                "autovet.verdict": record.decision,
                "autovet.findings": len(record.findings),
                "autovet.lines": record.lines,
                "code.file.path": record.path,
            },
        )
        if record.decision == "indeterminate":
            span.set_status(StatusCode.ERROR, "not decided")
        parent = trace.set_span_in_context(span)
        for stage, spent in record.stages.items():
            child = tracer.start_span(f"autovet.{stage}", context=parent, start_time=start)
            child.end(end_time=min(end, start + int(spent * _MS)))
        span.end(end_time=end)

    return observe
