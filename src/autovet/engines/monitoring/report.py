"""Health as JSON-ready mappings."""

from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from autovet.domain.health import Alert, ComponentHealth, HostSample, Wellbeing
from autovet.domain.severity import Severity
from autovet.engines.monitoring.figures import figures_of


def overall(alerts: Iterable[Alert], components: Iterable[ComponentHealth]) -> Wellbeing:
    """Unhealthy with an error alert or half of the components failed, degraded with any alert."""
    alerts, components = list(alerts), list(components)
    failed = sum(component.state == "failed" for component in components)
    if any(alert.severity is Severity.ERROR for alert in alerts):
        return Wellbeing.UNHEALTHY
    if failed > 1 and 2 * failed >= len(components):
        return Wellbeing.UNHEALTHY
    serious = any(alert.severity.rank >= Severity.WARNING.rank for alert in alerts)
    return Wellbeing.DEGRADED if serious else Wellbeing.HEALTHY


def metrics(sample: HostSample) -> dict[str, Any]:
    """The sample by resource: bytes, percent, milliseconds as the names say."""
    figures = {name: round(value, 2) for name, value in figures_of(sample).items()}
    return {
        "sampled_at": sample.at,
        "cpu": {
            "percent": figures["cpu_percent"],
            "own_percent_of_a_core": figures["own_cpu_percent"],
            "cores": sample.cores,
        },
        "memory": {
            "percent": figures["memory_percent"],
            "used_bytes": sample.memory_used_bytes,
            "total_bytes": sample.memory_total_bytes,
            "own_bytes": sum(usage.rss_bytes for usage in sample.processes),
        },
        "disk": {
            "used_percent": figures["disk_used_percent"],
            "free_bytes": sample.disk_free_bytes,
            "total_bytes": sample.disk_total_bytes,
        },
        "open_files": {"open": sample.open_files, "limit": sample.open_files_limit or None},
        "load": {"one_minute": sample.load_1m, "per_core": figures["load_per_core"]},
        "loop_lag_ms": sample.loop_lag_ms,
        "processes": [asdict(usage) for usage in sample.processes],
    }


def alert_mapping(alert: Alert) -> dict[str, Any]:
    """An alert, with its severity as a word."""
    return {**asdict(alert), "severity": alert.severity.value}


def component_mapping(component: ComponentHealth) -> dict[str, Any]:
    """A component."""
    return {
        "name": component.name,
        "state": component.state,
        "restarts": component.restarts,
        "pid": component.pid,
        "reason": component.reason,
        "detail": dict(component.detail),
    }
