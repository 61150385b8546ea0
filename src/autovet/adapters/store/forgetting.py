"""Keeps the record within its limits."""

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

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


async def forget(
    connection: AsyncConnection, limits: Retention, now: float, summed_until: float
) -> dict[str, int]:
    """Delete what goes over the limits; one batch of each table, oldest first.

    Validations that no sum holds yet stay. Returns table to the number of rows deleted.
    """
    deleted = {}
    for name, share in _SHARES.items():
        table = schema.metadata.tables[name]
        room = int(share * limits.max_bytes / await _row_bytes(connection, table))
        before = now - limits.keep_s
        count = await _delete_oldest(connection, table, room, before, summed_until)
        if count:
            deleted[name] = count
    for span, keep in ((HOUR_S, limits.keep_hours_s), (DAY_S, _KEEP_DAYS_S)):
        old = schema.rollups.c
        await connection.execute(
            schema.rollups.delete().where(old.span_s == span, old.at < now - keep)
        )
    return deleted


async def _row_bytes(connection: AsyncConnection, table: sa.Table) -> float:
    texts = [column for column in table.columns if isinstance(column.type, sa.Text)]
    newest = sa.select(*texts).order_by(table.c.seq.desc()).limit(_SAMPLE).subquery()
    length = sum(
        (sa.func.coalesce(sa.func.length(column), 0) for column in newest.c), sa.literal(0)
    )
    return float(await connection.scalar(sa.select(sa.func.avg(length))) or 0) + _ROW_OVERHEAD


async def _delete_oldest(
    connection: AsyncConnection, table: sa.Table, room: int, before: float, summed_until: float
) -> int:
    number = sa.select(table.c.seq).order_by(table.c.seq.desc())
    first_kept = await connection.scalar(number.offset(room - 1).limit(1)) or 0
    oldest = sa.select(table.c.seq, table.c.at).order_by(table.c.seq).limit(_BATCH).subquery()
    too_old = sa.or_(oldest.c.seq < first_kept, oldest.c.at < before)
    wanted = sa.select(oldest.c.seq).where(too_old)
    if table is not schema.events:
        wanted = wanted.where(oldest.c.at < summed_until)
    result = await connection.execute(table.delete().where(table.c.seq.in_(wanted)))
    return int(result.rowcount)
