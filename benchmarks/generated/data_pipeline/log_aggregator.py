"""Aggregate web server access logs."""

import gzip
import re
import sys
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Iterable, Iterator

LOG_PATTERN = re.compile(
    r'(?P<ip>\S+) \S+ \S+ \[(?P<time>[^\]]+)\] "(?P<method>\S+) (?P<path>\S+) [^"]*" '
    r"(?P<status>\d{3}) (?P<size>\d+|-)"
)


@dataclass(frozen=True)
class Entry:
    """One line of an access log."""

    ip: str
    time: datetime
    method: str
    path: str
    status: int
    size: int


@dataclass
class Stats:
    """What was counted over all entries."""

    requests: int = 0
    bytes_sent: int = 0
    by_status: Counter = field(default_factory=Counter)
    by_path: Counter = field(default_factory=Counter)
    visitors_by_day: dict = field(default_factory=lambda: defaultdict(set))

    def add(self, entry: Entry) -> None:
        """Count one entry."""
        self.requests += 1
        self.bytes_sent += entry.size
        self.by_status[entry.status] += 1
        self.by_path[entry.path] += 1
        self.visitors_by_day[entry.time.date()].add(entry.ip)


def open_log(path: Path):
    """Open a log file, compressed or not."""
    if path.suffix == ".gz":
        return gzip.open(path, "rt", encoding="utf-8", errors="replace")
    return path.open(encoding="utf-8", errors="replace")


def parse_line(line: str) -> Entry | None:
    """Parse one line, or return None when it is malformed."""
    match = LOG_PATTERN.match(line)
    if match is None:
        return None
    size = match["size"]
    return Entry(
        ip=match["ip"],
        time=datetime.strptime(match["time"], "%d/%b/%Y:%H:%M:%S %z"),
        method=match["method"],
        path=match["path"].split("?")[0],
        status=int(match["status"]),
        size=0 if size == "-" else int(size),
    )


def read_entries(paths: Iterable[Path]) -> Iterator[Entry]:
    """Yield the entries of all files."""
    for path in paths:
        with open_log(path) as handle:
            for line in handle:
                entry = parse_line(line)
                if entry is not None:
                    yield entry


def aggregate(paths: Iterable[Path]) -> Stats:
    """Aggregate the entries of all files."""
    stats = Stats()
    for entry in read_entries(paths):
        stats.add(entry)
    return stats


def print_stats(stats: Stats, top: int = 10) -> None:
    """Print a readable summary."""
    print(f"Requests:   {stats.requests}")
    print(f"Bytes sent: {stats.bytes_sent}")
    for status, count in sorted(stats.by_status.items()):
        print(f"  {status}: {count}")
    for path, count in stats.by_path.most_common(top):
        print(f"{count:>8}  {path}")


if __name__ == "__main__":
    print_stats(aggregate(Path(name) for name in sys.argv[1:]))
