"""The store: records go to a backlog at once and to the database in batches."""

import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, TypeVar

from autovet.adapters.store import sqlite_file
from autovet.adapters.store.access import Access
from autovet.adapters.store.backlog import Backlog
from autovet.adapters.store.codec import decode
from autovet.adapters.store.rows import event_row, outcome_row, state_row, validation_row
from autovet.adapters.store.url import async_url
from autovet.adapters.store.writer import Writer
from autovet.domain.errors import InputError, StoreError
from autovet.domain.event import Event, Outcome, ValidationRecord
from autovet.domain.health import ComponentHealth
from autovet.domain.retention import Maintenance, Retention
from autovet.domain.rollup import HOUR_S, Rollup

T = TypeVar("T")

_MAX_BYTES = 64 * 1024 * 1024
_CLOSING_PATIENCE_S = 10.0


class SqlStore:
    """The ``Store`` in a SQL database.

    ``record_validation`` and ``record_event`` never wait and never fail. A batch is written after
    two seconds or 500 rows. While the database cannot be written, rows stay in memory up to
    ``max_bytes``; then the oldest events go first, and ``health`` counts them.

    Args:
        url: such as ``sqlite:///autovet.db`` or ``postgresql://user@host/name``.
        on_event: is told what happens to the store itself (``store.rebuilt``, ``store.failed``,
            ``store.recovered``, ``store.rejected``), which is on record as well.
        max_bytes: memory for what is not written yet, in bytes, roughly.

    Raises:
        SettingsError: the URL cannot be used.
    """

    def __init__(
        self,
        url: str,
        *,
        on_event: Callable[[Event], None] | None = None,
        max_bytes: int = _MAX_BYTES,
    ) -> None:
        self._on_event = on_event
        self._unreadable = 0
        self._backlog = Backlog(max_bytes)
        self._access = Access(async_url(url), self._announce)
        self._writer = Writer(self._access, self._backlog, self._announce)

    @property
    def directory(self) -> Path | None:
        """Where its file lies; None where it is a server's."""
        return self._access.path.parent if self._access.path else None

    def _announce(self, kind: str, detail: Mapping[str, Any]) -> None:
        event = Event(time.time(), kind, "store", detail)
        self.record_event(event)
        if self._on_event:
            self._on_event(event)

    def record_validation(self, record: ValidationRecord) -> None:
        """Put a validation on record; returns at once."""
        self._writer.put(validation_row(record))

    def record_event(self, event: Event) -> None:
        """Put an event on record; returns at once."""
        self._writer.put(event_row(event))

    async def record_outcome(self, outcome: Outcome) -> None:
        """Put an outcome on record; when this returns, it is on disk.

        Raises:
            StoreError: it is not on disk yet. It is kept and written when that is possible again,
                unless the message says that there is no room for it.
        """
        if self._backlog.full:
            raise StoreError(f"no room to keep the outcome in memory: {self._writer.trouble}")
        self._writer.put(outcome_row(outcome))
        await self._writer.flush()

    async def flush(self) -> None:
        """Wait until everything recorded so far is on disk.

        Raises:
            StoreError: it cannot be written now; it stays in memory and is tried again.
        """
        await self._writer.flush()

    async def validations(self, since: float, limit: int = 10_000) -> Sequence[ValidationRecord]:
        """Validations after ``since`` (seconds since the epoch), oldest first.

        Raises:
            StoreError: the database cannot be read.
        """
        return await self._records("validations", since, limit, ValidationRecord)

    async def outcomes(self, since: float = 0.0) -> Sequence[Outcome]:
        """Outcomes after ``since``, oldest first.

        Raises:
            StoreError: the database cannot be read.
        """
        return await self._records("outcomes", since, None, Outcome)

    async def events(self, since: float, limit: int = 1_000) -> Sequence[Event]:
        """Events after ``since``, oldest first.

        Raises:
            StoreError: the database cannot be read.
        """
        return await self._records("events", since, limit, Event)

    async def _records(self, table: str, since: float, limit: int | None, kind: type[T]) -> list[T]:
        records, unreadable = await self._access.read(
            lambda database: database.bodies(table, since, limit, kind)
        )
        self._unreadable = max(self._unreadable, unreadable)
        return records

    async def find_finding(self, finding_id: str) -> Mapping[str, Any] | None:
        """The newest record of a finding, by its id or a unique start of it.

        Returns:
            ``finding_id``, ``rule``, ``category``, ``severity``, ``path``, ``line``, ``project``,
            ``generator``, ``validation_id`` and ``at``, or None where it is unknown.

        Raises:
            InputError: the start fits several findings.
            StoreError: the database cannot be read.
        """
        if not finding_id:
            return None
        with suppress(StoreError):
            await self._writer.flush()
        found, ids = await self._access.read(lambda database: database.finding(finding_id))
        if found is None and ids:
            raise InputError(f"{finding_id!r} fits several findings: {', '.join(ids)}; say more")
        return found

    async def load_state(self, name: str) -> Mapping[str, Any] | None:
        """An engine's saved state.

        Raises:
            StoreError: the database cannot be read.
        """
        body = await self._access.read(lambda database: database.state(name))
        return None if body is None else decode(body, dict[str, Any])

    async def save_state(self, name: str, state: Mapping[str, Any]) -> None:
        """Save an engine's state; when this returns, it is on disk.

        Raises:
            StoreError: it is not on disk yet; the newest state is kept and tried again.
        """
        self._writer.put(state_row(name, state))
        await self._writer.flush()

    async def maintain(self, limits: Retention, now: float) -> Maintenance:
        """Sum up hours and days that have ended, and delete what goes over the limits.

        Raises:
            StoreError: the database cannot be written.
        """
        with suppress(StoreError):
            await self._writer.flush()
        return await self._access.read(lambda database: database.maintain(limits, now))

    async def rollups(self, since: float, span_s: float = HOUR_S) -> Sequence[Rollup]:
        """Sums over an hour (or a day) each, from ``since`` on, oldest first.

        Raises:
            StoreError: the database cannot be read.
        """
        return await self._access.read(lambda database: database.rollups(since, span_s))

    async def take_lease(self, name: str, owner: str, now: float, until: float) -> bool:
        """Take or prolong a lease among the processes that share the store.

        Returns:
            False while somebody else holds it.

        Raises:
            StoreError: the database cannot be written.
        """
        return await self._access.read(lambda it: it.take_lease(name, owner, now, until))

    def health(self) -> ComponentHealth:
        """How the store is: rows ``pending``, ``written`` and ``lost``, and ``bytes`` on disk."""
        trouble = self._writer.trouble or self._access.trouble
        ready = "ready" if self._access.opened else "idle"
        detail = {
            "pending": len(self._backlog),
            "written": self._writer.written,
            "lost": self._writer.lost,
            "dropped": dict(self._backlog.dropped),
            "unreadable": self._unreadable,
            "bytes": sqlite_file.size(self._access.path) if self._access.path else None,
        }
        state = "failed" if trouble else ready
        return ComponentHealth(
            "store", state, restarts=self._access.rebuilt, reason=trouble, detail=detail
        )

    async def aclose(self) -> None:
        """Write what is left, for at most 10 seconds; no connection and no thread remains."""
        await self._writer.stop(_CLOSING_PATIENCE_S)
