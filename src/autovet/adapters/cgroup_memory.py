"""The memory limit of the container that we run in, if any."""

from pathlib import Path

_ROOT = Path("/sys/fs/cgroup")
_OWN = Path("/proc/self/cgroup")


def container_memory(root: Path = _ROOT, own: Path = _OWN) -> tuple[int, int] | None:
    """Used and allowed bytes of the control group with the smallest limit around us.

    Page cache that the kernel can take back does not count as used.

    Returns:
        None where no limit is set, or the control groups cannot be read (also not on Linux).
    """
    found = [usage for group in _groups(root, own) if (usage := _usage(group)) is not None]
    return min(found, key=lambda usage: usage[1], default=None)


def _groups(root: Path, own: Path) -> list[Path]:
    """The directories of our group and those around it, for version 2 and version 1."""
    groups = []
    try:
        lines = own.read_text().splitlines()
    except OSError:
        lines = []
    for line in ["0::/", "0:memory:/", *lines]:
        _, _, rest = line.partition(":")
        controllers, _, path = rest.partition(":")
        if controllers and "memory" not in controllers.split(","):
            continue
        top = root / "memory" if controllers else root
        group = top / path.lstrip("/")
        groups += [group, *(parent for parent in group.parents if parent.is_relative_to(top))]
    return list(dict.fromkeys(groups))


def _usage(group: Path) -> tuple[int, int] | None:
    for limit_name, used_name, cache_name in (
        ("memory.max", "memory.current", "inactive_file"),
        ("memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file"),
    ):
        try:
            limit = (group / limit_name).read_text().strip()
            used = int((group / used_name).read_text())
            statistics = (group / "memory.stat").read_text()
        except (OSError, ValueError):
            continue
        # Version 1 writes a number near 2**63 for "no limit".
        if limit == "max" or int(limit) >= 2**60:
            return None
        entries = dict(line.split() for line in statistics.splitlines() if line.count(" ") == 1)
        return max(0, used - int(entries.get(cache_name, 0))), int(limit)
    return None
