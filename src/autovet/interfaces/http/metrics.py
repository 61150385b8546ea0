"""What Prometheus scrapes."""

from collections.abc import Iterable, Iterator, Mapping
from itertools import accumulate
from typing import Any

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    Metric,
)
from prometheus_client.registry import Collector

from autovet.domain.health import ComponentHealth, Health
from autovet.engines.monitoring.counters import EDGES_S, Counters, Durations

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"


def exposition(
    counters: Counters, health: Health | None, components: Iterable[ComponentHealth]
) -> bytes:
    """Everything in Prometheus' text format; the host is left out before the first look."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Snapshot([*_counted(counters), *_components(components), *_host(health)]))
    return generate_latest(registry)


class _Snapshot(Collector):
    """Families that were made beforehand."""

    def __init__(self, families: list[Metric]) -> None:
        self._families = families

    def collect(self) -> Iterable[Metric]:
        return self._families


def _counted(counters: Counters) -> Iterator[Metric]:
    yield _counter(
        "autovet_validations", "Finished validations.", ["verdict"],
        {(decision,): n for decision, n in counters.decisions.items()},
    )  # fmt: skip
    yield _counter(
        "autovet_category_results", "Categories by what came out.", ["category", "status"],
        counters.statuses,
    )  # fmt: skip
    yield _counter(
        "autovet_findings", "Findings that were reported.", ["category", "severity"],
        counters.findings,
    )  # fmt: skip
    yield _counter("autovet_healed", "Fixes that were applied.", [], {(): counters.healed})
    total = HistogramMetricFamily("autovet_validation_seconds", "Time of a whole validation.")
    _fill(total, [], counters.total)
    yield total
    stages = HistogramMetricFamily(
        "autovet_stage_seconds", "Time of one stage of a validation.", labels=["stage"]
    )
    for stage, durations in counters.stages.items():
        _fill(stages, [stage], durations)
    yield stages


def _components(components: Iterable[ComponentHealth]) -> Iterator[Metric]:
    up = GaugeMetricFamily("autovet_component_up", "Whether a part works.", labels=["component"])
    restarts = CounterMetricFamily(
        "autovet_component_restarts", "Restarts of a part.", labels=["component"]
    )
    for component in components:
        up.add_metric([component.name], float(component.state not in {"failed", "resting"}))
        restarts.add_metric([component.name], component.restarts)
    yield from (up, restarts)


def _host(health: Health | None) -> Iterator[Metric]:
    if health is None:
        return
    sample = health.sample
    memory = GaugeMetricFamily(
        "autovet_process_resident_memory_bytes", "Memory of our processes.", labels=["role"]
    )
    by_role: dict[str, int] = {}
    for usage in sample.processes:
        by_role[usage.role] = by_role.get(usage.role, 0) + usage.rss_bytes
    for role, held in by_role.items():
        memory.add_metric([role], held)
    yield memory
    alerts = GaugeMetricFamily("autovet_alert", "Alerts that are up.", labels=["name", "severity"])
    for alert in health.alerts:
        alerts.add_metric([alert.name, alert.severity.value], 1)
    yield alerts
    yield GaugeMetricFamily(
        "autovet_event_loop_lag_seconds", "Lag at worst since the last look.",
        value=sample.loop_lag_ms / 1000,
    )  # fmt: skip
    yield GaugeMetricFamily(
        "autovet_host_memory_used_ratio", "Memory of the host or container in use.",
        value=sample.memory_used_bytes / max(1, sample.memory_total_bytes),
    )  # fmt: skip
    yield GaugeMetricFamily(
        "autovet_store_disk_free_bytes", "Room on the disk of the store.",
        value=sample.disk_free_bytes,
    )  # fmt: skip


def _counter(
    name: str, documentation: str, labels: list[str], values: Mapping[Any, int]
) -> CounterMetricFamily:
    family = CounterMetricFamily(name, documentation, labels=labels)
    for key, value in values.items():
        family.add_metric(list(key), value)
    return family


def _fill(family: HistogramMetricFamily, labels: list[str], durations: Durations) -> None:
    edges = [*map(str, EDGES_S), "+Inf"]
    family.add_metric(
        labels, [*zip(edges, accumulate(durations.buckets), strict=True)], durations.sum_s
    )
