"""What waits to be written, in bounded memory."""

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

_OVERHEAD_BYTES = 1_000
"""A rough allowance for a row's own dictionaries, measured at 0.6 to 1.4 kB."""


@dataclass(slots=True)
class Row:
    """One row for ``table`` with rows for ``findings`` that belong to it.

    Attributes:
        ticket: its place in the order of recording.
        again: an earlier write may have reached the disk, so look before inserting.
    """

    table: str
    values: Mapping[str, Any]
    findings: tuple[Mapping[str, Any], ...] = ()
    ticket: int = 0
    again: bool = False

    @property
    def size(self) -> int:
        """About how many bytes of memory it holds."""
        return len(self.values["body"]) + _OVERHEAD_BYTES * (1 + len(self.findings))


@dataclass(slots=True)
class Backlog:
    """Rows in memory until they are on disk.

    When ``max_bytes`` is exceeded the oldest events go first, then the oldest validations, each
    one counted in ``dropped``. Outcomes and engine states are never dropped: of a state only the
    newest is kept, and outcomes are refused by the caller while ``full`` holds.
    """

    max_bytes: int
    dropped: dict[str, int] = field(default_factory=dict)
    _queues: dict[str, deque[Row]] = field(
        default_factory=lambda: {"outcomes": deque(), "validations": deque(), "events": deque()}
    )
    _states: dict[str, Row] = field(default_factory=dict)
    _flight: list[Row] = field(default_factory=list)
    _bytes: int = 0
    _tickets: int = 0
    _suspects: int = 0

    def __len__(self) -> int:
        """How many rows are not known to be on disk."""
        queued = sum(map(len, self._queues.values()))
        return queued + len(self._states) + len(self._flight)

    @property
    def newest(self) -> int:
        """The ticket of the row that was put last."""
        return self._tickets

    @property
    def handed_out(self) -> int:
        """How many rows ``take`` handed out that are not settled yet."""
        return len(self._flight)

    @property
    def full(self) -> bool:
        """Whether nothing more fits without dropping."""
        return self._bytes >= self.max_bytes

    def put(self, row: Row) -> None:
        """Take a row in; drops old ones when there is no room."""
        self._tickets += 1
        row.ticket = self._tickets
        self._bytes += row.size
        if row.table == "engine_state":
            replaced = self._states.pop(row.values["name"], None)
            self._bytes -= replaced.size if replaced else 0
            self._states[row.values["name"]] = row
        else:
            self._queues[row.table].append(row)
        while self._bytes > self.max_bytes and self._drop_oldest():
            pass

    def _drop_oldest(self) -> bool:
        for table in ("events", "validations"):
            if self._queues[table]:
                self._bytes -= self._queues[table].popleft().size
                self.dropped[table] = self.dropped.get(table, 0) + 1
                return True
        return False

    def waiting_for(self, ticket: int) -> bool:
        """Tell whether a row up to ``ticket`` is neither on disk nor dropped."""
        heads = [queue[0].ticket for queue in self._queues.values() if queue]
        heads += [row.ticket for row in (*self._states.values(), *self._flight)]
        return bool(heads) and min(heads) <= ticket

    def take(self, limit: int) -> list[Row]:
        """Hand out the next rows; they count as waiting until ``settle`` or ``put_back``."""
        if self._suspects:
            limit = 1
        while self._states and len(self._flight) < limit:
            self._flight.append(self._states.pop(next(iter(self._states))))
        for queue in self._queues.values():
            while queue and len(self._flight) < limit:
                self._flight.append(queue.popleft())
        return self._flight

    def settle(self) -> int:
        """The rows handed out are done with; returns how many they were."""
        count = len(self._flight)
        self._suspects = max(0, self._suspects - count)
        self._bytes -= sum(row.size for row in self._flight)
        self._flight = []
        return count

    def put_back(self, *, suspect: bool = False) -> None:
        """The rows handed out were perhaps not written; ``suspect`` ones come back one by one."""
        if suspect:
            self._suspects = len(self._flight)
        for row in reversed(self._flight):
            row.again = True
            if row.table != "engine_state":
                self._queues[row.table].appendleft(row)
            elif row.values["name"] in self._states:
                self._bytes -= row.size
            else:
                self._states[row.values["name"]] = row
        self._flight = []

    def discard(self) -> int:
        """Give up on everything; returns how many rows that were."""
        self.put_back()
        count = len(self)
        for queue in self._queues.values():
            queue.clear()
        self._states.clear()
        self._bytes = self._suspects = 0
        return count
