"""Writes rows."""

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from autovet.adapters.store import schema
from autovet.adapters.store.backlog import Row


def write(connection: sa.Connection, rows: Sequence[Row]) -> None:
    """Write all rows in the transaction that is open; rows that are there already stay."""
    for table in (schema.validations, schema.events, schema.outcomes):
        own = [row for row in rows if row.table == table.name]
        again = [row.values["key"] for row in own if row.again]
        if again:
            found = connection.execute(sa.select(table.c.key).where(table.c.key.in_(again)))
            written = set(found.scalars())
            own = [row for row in own if row.values["key"] not in written]
        if own:
            connection.execute(table.insert(), [dict(row.values) for row in own])
        reported = [dict(finding) for row in own for finding in row.findings]
        if reported:
            connection.execute(schema.findings.insert(), reported)
    for row in rows:
        if row.table == schema.engine_state.name:
            _save_state(connection, row.values)


def _save_state(connection: sa.Connection, values: Mapping[str, Any]) -> None:
    table = schema.engine_state
    updated = connection.execute(
        table.update().where(table.c.name == values["name"]).values(**values)
    )
    if updated.rowcount == 0:
        connection.execute(table.insert().values(**values))
