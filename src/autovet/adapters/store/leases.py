"""One leader among the processes that share a database."""

import sqlalchemy as sa
from sqlalchemy import exc
from sqlalchemy.ext.asyncio import AsyncConnection

from autovet.adapters.store import schema


async def take_lease(
    connection: AsyncConnection, name: str, owner: str, now: float, until: float
) -> bool:
    """Take or prolong the lease; False while somebody else holds it. Times in epoch seconds."""
    table = schema.leases
    free = sa.or_(table.c.owner == owner, table.c.until <= now)
    values = {"owner": owner, "until": until}
    async with connection.begin():
        taken = await connection.execute(
            table.update().where(table.c.name == name, free).values(**values)
        )
        if taken.rowcount:
            return True
        held = await connection.scalar(sa.select(table.c.owner).where(table.c.name == name))
        if held is not None:
            return False
        try:
            await connection.execute(table.insert().values(name=name, **values))
        except exc.IntegrityError:
            return False  # somebody else was faster
        return True
