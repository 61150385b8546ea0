import asyncio
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from autovet.adapters.store import schema
from autovet.adapters.store.sql_store import SqlStore
from autovet.adapters.store.url import async_url
from autovet.domain.errors import StoreError
from autovet.domain.event import Event


def test_the_newest_step_is_the_one_that_the_store_expects():
    config = Config()
    config.set_main_option("script_location", "autovet.adapters.store:migrations")
    assert ScriptDirectory.from_config(config).get_current_head() == schema.HEAD


def test_the_steps_lead_to_the_declared_tables(url, with_store):
    async def use(store):
        store.record_event(Event(1.0, "tick", "x"))

    with_store(url, use)

    def differences(connection):
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        return compare_metadata(context, schema.metadata)

    async def compare():
        engine = create_async_engine(async_url(url), poolclass=NullPool)
        async with engine.connect() as connection:
            return await connection.run_sync(differences)

    assert asyncio.run(compare()) == []


def test_a_database_of_a_newer_version_is_refused_and_left_alone(path, with_store):
    async def use(store):
        store.record_event(Event(1.0, "tick", "x"))

    async def refused(store):
        with pytest.raises(StoreError, match="newer"):
            await store.events(0.0)
        store.record_event(Event(2.0, "tick", "x"))
        with pytest.raises(StoreError, match="newer"):
            await store.flush()
        return store.health()

    with_store(path, use)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
        connection.commit()
    assert with_store(path, refused).state == "failed"
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("SELECT count(*) FROM events").fetchone() == (1,)


def test_several_openers_of_an_empty_database_migrate_it_once(url):
    async def open_and_write(number):
        store = SqlStore(url)
        store.record_event(Event(float(number + 1), "tick", "x"))
        await store.flush()
        await store.aclose()

    with ThreadPoolExecutor(4) as pool:
        for done in [pool.submit(asyncio.run, open_and_write(n)) for n in range(4)]:
            done.result(timeout=60)

    async def count():
        engine = create_async_engine(async_url(url), poolclass=NullPool)
        async with engine.connect() as connection:
            return await connection.scalar(sa.select(sa.func.count()).select_from(schema.events))

    assert asyncio.run(count()) == 4
