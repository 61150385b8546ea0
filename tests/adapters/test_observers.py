"""Traces, metrics and the log, read back by the real thing."""

import io
import json

from opentelemetry import metrics, trace
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import InMemoryMetricReader
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from record_examples import finding, validation

from autovet.adapters.structured_log import validation_log
from autovet.adapters.telemetry import telemetry


def test_a_validation_is_a_span_with_its_stages_and_two_metrics(monkeypatch):
    exporter, reader = InMemorySpanExporter(), InMemoryMetricReader()
    traces = TracerProvider()
    traces.add_span_processor(SimpleSpanProcessor(exporter))
    meters = MeterProvider([reader])
    monkeypatch.setattr(trace, "get_tracer", traces.get_tracer)
    monkeypatch.setattr(metrics, "get_meter", meters.get_meter)
    observe = telemetry()
    observe(validation(1, finding(), elapsed_ms=20.0, stages={"ty": 5.0, "checks": 8.0}))
    spans = {span.name: span for span in exporter.get_finished_spans()}
    assert set(spans) == {"autovet.validate", "autovet.ty", "autovet.checks"}
    whole, part = spans["autovet.validate"], spans["autovet.ty"]
    assert part.parent.span_id == whole.context.span_id
    assert whole.end_time - whole.start_time == 20_000_000
    assert part.end_time - part.start_time == 5_000_000
    assert whole.attributes["autovet.validation_id"] == "validation-1"
    assert whole.attributes["autovet.findings"] == 1
    (resource,) = reader.get_metrics_data().resource_metrics
    found = {m.name: m for m in resource.scope_metrics[0].metrics}
    assert found["autovet.validation.duration"].unit == "s"
    assert found["autovet.validation.duration"].data.data_points[0].sum == 0.02
    assert found["autovet.validations"].data.data_points[0].value == 1
    traces.shutdown()
    meters.shutdown()


def test_a_line_of_the_log_is_json_with_the_id():
    stream = io.StringIO()
    validation_log("json", stream)(validation(7, finding()))
    line = json.loads(stream.getvalue())
    assert line["event"] == "validated"
    assert line["validation_id"] == "validation-7"
    assert (line["findings"], line["verdict"], line["level"]) == (1, "pass", "info")


def test_a_line_of_the_log_can_be_text():
    stream = io.StringIO()
    validation_log("text", stream)(validation(7))
    assert "validation_id=validation-7" in stream.getvalue()
