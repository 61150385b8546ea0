"""Sums of the record over hours and days, in the database."""

import zlib
from collections.abc import Sequence

import msgspec
import sqlalchemy as sa

from autovet.adapters.store import schema
from autovet.adapters.store.codec import decode_all
from autovet.domain.event import ValidationRecord
from autovet.domain.rollup import DAY_S, HOUR_S, Rollup, rollup_of, together

GRACE_S = 600.0
"""An hour is summed up this long after its end: records of other processes may come late."""
_PAGE = 200


def sum_hours(connection: sa.Connection, now: float) -> int:
    """Sum up each hour that has ended and has validations; returns how many there were."""
    done = 0
    cursor = _end_of_newest(connection, HOUR_S)
    while (start := _next_hour(connection, cursor)) is not None:
        cursor = start + HOUR_S
        if cursor + GRACE_S > now:
            break
        _insert(connection, _hour(connection, start))
        done += 1
    return done


def sum_days(connection: sa.Connection, now: float) -> int:
    """Sum up each day whose hours are complete; returns how many there were."""
    cursor = _end_of_newest(connection, DAY_S)
    by_day: dict[float, list[Rollup]] = {}
    for hour in rollups(connection, HOUR_S, cursor):
        by_day.setdefault(hour.at // DAY_S * DAY_S, []).append(hour)
    complete = {day: parts for day, parts in by_day.items() if day + DAY_S + GRACE_S <= now}
    for day, parts in sorted(complete.items()):
        _insert(connection, together(parts, day, DAY_S))
    return len(complete)


def rollups(connection: sa.Connection, span_s: float, since: float) -> list[Rollup]:
    """The sums over that span that begin at ``since`` or later, oldest first."""
    table = schema.rollups
    query = sa.select(table.c.body).where(table.c.span_s == span_s, table.c.at >= since)
    bodies = (connection.scalars(query.order_by(table.c.at))).all()
    return _decoded(bodies)


def summed_until(connection: sa.Connection) -> float:
    """Validations before this moment are in a sum; 0 where none are."""
    return _end_of_newest(connection, HOUR_S)


def _end_of_newest(connection: sa.Connection, span_s: float) -> float:
    table = schema.rollups
    newest = connection.scalar(sa.select(sa.func.max(table.c.at)).where(table.c.span_s == span_s))
    return 0.0 if newest is None else float(newest) + span_s


def _next_hour(connection: sa.Connection, since: float) -> float | None:
    table = schema.validations
    oldest = connection.scalar(sa.select(sa.func.min(table.c.at)).where(table.c.at >= since))
    return None if oldest is None else float(oldest) // HOUR_S * HOUR_S


def _hour(connection: sa.Connection, start: float) -> Rollup:
    table = schema.validations
    query = sa.select(table.c.body).where(table.c.at >= start, table.c.at < start + HOUR_S)
    result = connection.scalars(query.execution_options(stream_results=True))
    parts = [_sum_of(list(page), start) for page in result.partitions(_PAGE)]
    return together(parts, start, HOUR_S)


def _sum_of(bodies: list[str], start: float) -> Rollup:
    records, _ = decode_all(bodies, ValidationRecord)
    return rollup_of(records, start, HOUR_S)


def _insert(connection: sa.Connection, rollup: Rollup) -> None:
    body = zlib.compress(msgspec.msgpack.encode(rollup))
    values = {"span_s": rollup.span_s, "at": rollup.at, "body": body}
    connection.execute(schema.rollups.insert().values(**values))


def _decoded(bodies: Sequence[bytes]) -> list[Rollup]:
    decoder = msgspec.msgpack.Decoder(Rollup)
    return [decoder.decode(zlib.decompress(body)) for body in bodies]
