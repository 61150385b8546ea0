"""A sample as named figures, which alert rules and baselines speak about."""

from collections.abc import Iterable

from autovet.domain.health import ComponentHealth, HostSample

MEGABYTE = 2**20


def figures_of(sample: HostSample) -> dict[str, float]:
    """The figures by name; one that cannot be known on this host is left out."""
    rss = sum(usage.rss_bytes for usage in sample.processes)
    figures = {
        "cpu_percent": sample.cpu_percent,
        "own_cpu_percent": sum(usage.cpu_percent for usage in sample.processes),
        "memory_percent": _share(sample.memory_used_bytes, sample.memory_total_bytes),
        "memory_free_mb": (sample.memory_total_bytes - sample.memory_used_bytes) / MEGABYTE,
        "own_memory_mb": rss / MEGABYTE,
        "own_memory_percent": _share(rss, sample.memory_total_bytes),
        "disk_used_percent": 100 - _share(sample.disk_free_bytes, sample.disk_total_bytes),
        "disk_free_mb": sample.disk_free_bytes / MEGABYTE,
        "open_files": float(sample.open_files),
        "load_per_core": sample.load_1m / max(1, sample.cores),
        "loop_lag_ms": sample.loop_lag_ms,
        "processes": float(len(sample.processes)),
    }
    for usage in sample.processes:
        name = f"process_mb:{usage.role}"
        figures[name] = figures.get(name, 0.0) + (usage.pss_bytes or usage.rss_bytes) / MEGABYTE
    if sample.open_files_limit:
        figures["open_files_percent"] = _share(sample.open_files, sample.open_files_limit)
    return figures


def figures_of_components(components: Iterable[ComponentHealth]) -> dict[str, float]:
    """Queues: records that wait to be written, and sources that wait for each worker."""
    figures = {}
    for component in components:
        detail = component.detail
        if component.name == "store" and "pending" in detail:
            figures["store_pending"] = float(detail["pending"])
        if component.name == "workers" and detail.get("size"):
            waiting = max(0, detail["busy_or_waiting"] - detail["size"])
            figures["queued_per_worker"] = waiting / detail["size"]
    return figures


def words_of(sample: HostSample) -> dict[str, str]:
    """Names that messages use: the process of ours that holds the most memory."""
    largest = max(sample.processes, key=lambda usage: usage.rss_bytes, default=None)
    if largest is None:
        return {"largest": "none of this layer's processes"}
    return {"largest": f"{largest.role} (process {largest.pid}, {largest.rss_bytes >> 20} MB)"}


def _share(part: int, whole: int) -> float:
    return 100 * part / whole if whole > 0 else 0.0
