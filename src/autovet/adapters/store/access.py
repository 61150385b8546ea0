"""Opens the database when it is first needed, and again after trouble."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from autovet.adapters.quiet_import import import_quietly
from autovet.adapters.store import sqlite_file
from autovet.adapters.store.faults import Fault, classify, describe
from autovet.adapters.store.url import file_of
from autovet.domain.errors import StoreError

if TYPE_CHECKING:
    from autovet.adapters.store.database import Database

T = TypeVar("T")

LOCK_PATIENCE_S = 30.0
"""How long a lock of somebody else is waited for before it counts as trouble."""
FIRST_DELAY_S = 0.02
LONGEST_DELAY_S = 5.0
_REPAIR_TRIES = 3


class Access:
    """The way to a database, with the repairs that a damaged or emptied file needs.

    Attributes:
        path: the file, where it is one.
        trouble: why the last query failed; empty when all is well.
        rebuilt: how often the tables were made again.
        opened: whether it was ever used.
    """

    def __init__(self, url: str, announce: Callable[[str, Mapping[str, Any]], None]) -> None:
        """Nothing is opened yet; ``announce`` gets the kind and facts of what is repaired."""
        self.path = file_of(url)
        self.trouble = ""
        self.rebuilt = 0
        self.opened = False
        self._url = url
        self._announce = announce
        self._database: Database | None = None
        self._prepared = False
        self._unproven = 0
        self._reason = ""
        self._aside: str | None = None

    async def open(self) -> "Database":
        """The database with current tables.

        Raises:
            StoreError: its driver is missing, or it belongs to a newer version.
        """
        database = self._database
        if database is None:
            name = "autovet.adapters.store.database"
            module = await asyncio.to_thread(import_quietly, name)
            built: Database = await asyncio.to_thread(module.Database, self._url)
            database = self._database = built
        if not self._prepared:
            used_before = self.opened  # who opens it at the same time makes no second one
            made = await database.prepare()
            if made and (self._reason or used_before):
                self._announce_rebuilt()
            self._prepared = self.opened = True
        return database

    async def repair(self, error: Exception) -> Fault:
        """Do what can be done against the error; tells what kind of trouble it is.

        What needs new tables gets them when the database is opened next.
        """
        fault = classify(error)
        if fault in {Fault.CORRUPT, Fault.NO_SCHEMA}:
            self._reason = describe(error)
        if fault is Fault.CORRUPT and self.path and self._database:
            self._unproven += 1
            # Another process may have replaced the file already: look twice.
            if await self._database.is_corrupt() or self._unproven == _REPAIR_TRIES:
                try:
                    await self._set_aside(self.path)
                except OSError:
                    fault = Fault.UNAVAILABLE
        if fault in {Fault.CORRUPT, Fault.NO_SCHEMA, Fault.UNAVAILABLE}:
            self._prepared = False  # of an unavailable one the directory may be gone
        return fault

    async def _set_aside(self, path: Path) -> None:
        with suppress(FileNotFoundError):
            self._aside = (await asyncio.to_thread(sqlite_file.set_aside, path)).name
        self._unproven = 0

    def _announce_rebuilt(self) -> None:
        self.rebuilt += 1
        facts = {"set_aside": self._aside, "reason": self._reason or "the tables were gone"}
        self._reason, self._aside = "", None
        self._announce("store.rebuilt", facts)

    async def read(self, query: Callable[["Database"], Awaitable[T]]) -> T:
        """Run a query, waiting for locks and repairing what can be repaired.

        Raises:
            StoreError: it could not be done.
        """
        deadline = time.monotonic() + LOCK_PATIENCE_S
        delay, repairs = FIRST_DELAY_S, 0
        while True:
            try:
                result = await query(await self.open())
            except Exception as error:
                fault = await self.repair(error)
                repairs += fault in {Fault.CORRUPT, Fault.NO_SCHEMA}
                hopeless = fault in {Fault.UNAVAILABLE, Fault.REJECTED}
                if hopeless or repairs > _REPAIR_TRIES or time.monotonic() > deadline:
                    self.trouble = describe(error)
                    raise StoreError(f"the store cannot be read: {self.trouble}") from error
            else:
                self.trouble = ""
                return result
            await asyncio.sleep(delay)
            delay = min(2 * delay, LONGEST_DELAY_S)
