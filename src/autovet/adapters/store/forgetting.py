"""Keeps the record within its limits."""

from collections.abc import Mapping

import sqlalchemy as sa

from autovet.adapters.store import schema
from autovet.domain.retention import Retention
from autovet.domain.rollup import DAY_S, HOUR_S

_SHARES = {"validations": 0.55, "findings": 0.3, "events": 0.15}
_SAMPLE = 200
_ROW_OVERHEAD = 120
"""Bytes that a row and its entries in indexes take beyond its texts, roughly."""
_KEEP_DAYS_S = 3 * 365 * DAY_S
_BATCH = 5_000
"""Rows deleted in one statement: a writer of another process waits no longer than for these."""


def room_for(connection: sa.Connection, limits: Retention) -> dict[str, int]:
    """How many rows each table may hold, by the size of its newest ones."""
    room = {}
    for name, share in _SHARES.items():
        size = _row_bytes(connection, schema.metadata.tables[name])
        room[name] = int(share * limits.max_bytes / size)
    return room


def forget(
    connection: sa.Connection,
    limits: Retention,
    room: Mapping[str, int],
    now: float,
    summed_until: float,
) -> tuple[dict[str, int], bool]:
    """Delete what goes over the limits; one batch of each table, oldest first.

    Validations that no sum holds yet stay.

    Returns:
        Table to the number of rows deleted, and whether there may be more to delete.
    """
    deleted = {}
    for name, most in room.items():
        table = schema.metadata.tables[name]
        before = now - limits.keep_s
        count = _delete_oldest(connection, table, most, before, summed_until)
        if count:
            deleted[name] = count
    for span, keep in ((HOUR_S, limits.keep_hours_s), (DAY_S, _KEEP_DAYS_S)):
        old = schema.rollups.c
        connection.execute(schema.rollups.delete().where(old.span_s == span, old.at < now - keep))
    return deleted, _BATCH in deleted.values()


def _row_bytes(connection: sa.Connection, table: sa.Table) -> float:
    texts = [column for column in table.columns if isinstance(column.type, sa.Text)]
    newest = sa.select(*texts).order_by(table.c.seq.desc()).limit(_SAMPLE).subquery()
    length = sum(
        (sa.func.coalesce(sa.func.length(column), 0) for column in newest.c), sa.literal(0)
    )
    return float(connection.scalar(sa.select(sa.func.avg(length))) or 0) + _ROW_OVERHEAD


def _delete_oldest(
    connection: sa.Connection, table: sa.Table, room: int, before: float, summed_until: float
) -> int:
    newest = connection.scalar(sa.select(sa.func.max(table.c.seq))) or 0
    # rows are numbered as they come: counting those there are would mean to read them all
    oldest = sa.select(table.c.seq, table.c.at).order_by(table.c.seq).limit(_BATCH).subquery()
    too_old = sa.or_(oldest.c.seq <= newest - room, oldest.c.at < before)
    wanted = sa.select(oldest.c.seq).where(too_old)
    if table is not schema.events:
        wanted = wanted.where(oldest.c.at < summed_until)
    result = connection.execute(table.delete().where(table.c.seq.in_(wanted)))
    return int(result.rowcount)
