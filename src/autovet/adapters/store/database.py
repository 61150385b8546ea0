"""The database and the statements that the hot path needs."""

import asyncio
import functools
import sqlite3
from collections import Counter
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy import event, exc
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.pool import NullPool

from autovet.adapters.store import schema, sqlite_file
from autovet.adapters.store.backlog import Row
from autovet.adapters.store.codec import decode_all
from autovet.adapters.store.faults import Fault, classify
from autovet.adapters.store.forgetting import forget, room_for
from autovet.adapters.store.leases import take_lease
from autovet.adapters.store.summing_up import rollups, sum_days, sum_hours, summed_until
from autovet.adapters.store.writing import write
from autovet.domain.errors import StoreError
from autovet.domain.retention import Maintenance, Retention
from autovet.domain.rollup import Rollup

T = TypeVar("T")

_PAGE = 500
_LAST_CHARACTER = "\U0010ffff"
_MIGRATION_TRIES = 3


class Database:
    """A database by its URL.

    Connections are made for each use: an idle store holds no thread and no socket, and it can
    be used from one event loop after another.
    """

    def __init__(self, url: str) -> None:
        """Prepare the engine.

        Raises:
            StoreError: no driver for this kind of database is installed.
        """
        self._url = url
        self._engine = _engine(url)
        self._is_sqlite = self._engine.dialect.name == "sqlite"
        self._file_engine = _file_engine(url) if self._is_sqlite else None

    async def prepare(self) -> bool:
        """Create or migrate the tables where they are not current; tells whether that was so.

        Raises:
            StoreError: the database was written by a newer version of Autovet.
        """
        if self._is_sqlite and self._engine.url.database:
            directory = Path(self._engine.url.database).parent
            await asyncio.to_thread(directory.mkdir, parents=True, exist_ok=True)
        async with self._engine.connect() as connection:
            current = await connection.run_sync(_is_current)
        if not current:
            # With an event loop of its own: alembic works for tens of milliseconds at a stretch.
            await asyncio.to_thread(_migrate_in_own_loop, self._url)
        return not current

    @asynccontextmanager
    async def writing(self) -> AsyncGenerator[AsyncConnection]:
        """A connection for statements that change something."""
        async with self._engine.connect() as connection:
            yield await connection.execution_options(autovet_writes=True)

    async def write(self, rows: Sequence[Row]) -> None:
        """Write all rows in one transaction; rows that are there already stay as they are."""
        await self._transaction(lambda connection: write(connection, rows))

    async def _transaction(self, work: Callable[[sa.Connection], T], *, writes: bool = True) -> T:
        """Do it in one transaction; with a file in one go in one thread.

        Each step of an asynchronous driver would change threads twice, which costs more than what
        is done.
        """

        def in_file(engine: sa.Engine) -> T:
            with engine.connect() as connection:
                connection.execution_options(autovet_writes=writes)
                with connection.begin():
                    return work(connection)

        if self._file_engine is not None:
            return await asyncio.to_thread(in_file, self._file_engine)
        async with self.writing() as connection, connection.begin():
            return await connection.run_sync(work)

    async def bodies(
        self, table: str, since: float, limit: int | None, kind: type[T]
    ) -> tuple[list[T], int]:
        """Records after ``since``, oldest first, and how many of them could not be read."""
        source = schema.metadata.tables[table]
        query = sa.select(source.c.body).where(source.c.at > since)
        query = query.order_by(source.c.at, source.c.seq).limit(limit)
        records: list[T] = []
        unreadable = 0
        async with self._engine.connect() as connection:
            result = await connection.stream_scalars(query)
            async for page in result.partitions(_PAGE):
                decode = functools.partial(decode_all, list(page), kind)
                some, bad = await asyncio.to_thread(decode)
                records.extend(some)
                unreadable += bad
        return records, unreadable

    async def finding(self, start: str) -> tuple[Mapping[str, Any] | None, Sequence[str]]:
        """The newest record of the finding, and the ids that ``start`` fits (a few at most)."""
        table = schema.findings
        column = table.c.finding_id
        fits = sa.select(column).where(column >= start, column < start + _LAST_CHARACTER)
        newest = table.select().order_by(table.c.seq.desc()).limit(1)
        async with self._engine.connect() as connection:
            ids = list((await connection.scalars(fits.distinct().order_by(column).limit(4))).all())
            if start not in ids and len(ids) != 1:
                return None, ids
            wanted = start if start in ids else ids[0]
            row = (await connection.execute(newest.where(column == wanted))).mappings().one()
        return {name: value for name, value in row.items() if name != "seq"}, [wanted]

    async def state(self, name: str) -> str | None:
        """The saved text of an engine's state."""
        table = schema.engine_state
        async with self._engine.connect() as connection:
            body = await connection.scalar(sa.select(table.c.body).where(table.c.name == name))
        return None if body is None else str(body)

    async def maintain(self, limits: Retention, now: float) -> Maintenance:
        """Sum up hours and days that have ended, and delete what goes over the limits."""

        def sum_up(connection: sa.Connection) -> tuple[int, int, float, dict[str, int]]:
            hours, days = sum_hours(connection, now), sum_days(connection, now)
            return hours, days, summed_until(connection), room_for(connection, limits)

        hours, days, until, room = await self._transaction(sum_up)
        deleted: Counter[str] = Counter()
        more = True
        while more:
            batch, more = await self._transaction(lambda it: forget(it, limits, room, now, until))
            deleted.update(batch)
        return Maintenance(hours, days, deleted)

    async def rollups(self, since: float, span_s: float) -> Sequence[Rollup]:
        """Sums over that span from ``since`` on, oldest first."""
        return await self._transaction(lambda it: rollups(it, span_s, since), writes=False)

    async def take_lease(self, name: str, owner: str, now: float, until: float) -> bool:
        """Take or prolong a lease; False while somebody else holds it."""
        async with self.writing() as connection:
            return await take_lease(connection, name, owner, now, until)

    async def is_corrupt(self) -> bool:
        """Look again, with a new connection, whether the file is damaged."""
        try:
            async with self._engine.connect() as connection:
                verdict = await connection.scalar(sa.text("PRAGMA quick_check(1)"))
        except (exc.SQLAlchemyError, sqlite3.Error, OSError) as error:
            return classify(error) is Fault.CORRUPT
        return str(verdict) != "ok"


def _file_engine(url: str) -> sa.Engine:
    plain = sa.make_url(url).set(drivername="sqlite")
    engine = sa.create_engine(
        plain, poolclass=NullPool, connect_args={"timeout": sqlite_file.BUSY_TIMEOUT_S}
    )
    return _set_up(engine)


def _engine(url: str) -> AsyncEngine:
    is_sqlite = url.startswith("sqlite")
    arguments = {"timeout": sqlite_file.BUSY_TIMEOUT_S} if is_sqlite else {}
    try:
        engine = create_async_engine(url, poolclass=NullPool, connect_args=arguments)
    except ModuleNotFoundError as error:
        raise StoreError(
            f"the store needs the package {error.name}, which is not installed"
        ) from error
    if is_sqlite:
        _set_up(engine.sync_engine)
    return engine


def _set_up(engine: sa.Engine) -> sa.Engine:
    event.listen(engine, "connect", sqlite_file.set_up_connection)
    event.listen(engine, "begin", _begin)
    return engine


def _begin(connection: sa.Connection) -> None:
    # A writer takes the lock at once: one that upgrades a read lock fails without waiting.
    writes = connection.get_execution_options().get("autovet_writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _is_current(connection: sa.Connection) -> bool:
    present = set(sa.inspect(connection).get_table_names())
    if not present >= {"alembic_version", *schema.metadata.tables}:
        return False
    version = connection.scalar(sa.text("SELECT version_num FROM alembic_version"))
    return bool(version == schema.HEAD)


def _migrate_in_own_loop(url: str) -> None:
    from autovet.adapters.store.migrate import upgrade  # noqa: PLC0415 (180 ms, seldom needed)

    async def migrate() -> None:
        engine = _engine(url)
        async with engine.connect() as connection:
            await connection.execution_options(autovet_writes=True)
            async with connection.begin():
                await connection.run_sync(upgrade)

    for attempt in range(_MIGRATION_TRIES):
        try:
            asyncio.run(migrate())
        except (exc.ProgrammingError, exc.IntegrityError):
            # Another process created the tables between our look and our transaction.
            if attempt == _MIGRATION_TRIES - 1:
                raise
        else:
            return
