"""Sums, limits and leases, on a real database file."""

import asyncio
import sqlite3

from record_examples import finding, validation

from autovet.adapters.store.sql_store import SqlStore
from autovet.domain.event import Event, Outcome
from autovet.domain.retention import Retention
from autovet.domain.rollup import DAY_S, HOUR_S

START = 1_699_999_200.0 // DAY_S * DAY_S


def _with_store(tmp_path, scenario):
    async def main():
        store = SqlStore(f"sqlite:///{tmp_path / 'store.db'}")
        try:
            return await scenario(store)
        finally:
            await store.aclose()

    return asyncio.run(main())


def _record(store, hours, an_hour=6):
    number = 0
    for hour in range(hours):
        for index in range(an_hour):
            at = START + hour * HOUR_S + index * HOUR_S / an_hour
            store.record_validation(validation(number, finding(finding_id=f"f{number}"), at=at))
            number += 1
    return number


def test_hours_that_ended_are_summed_up_once(tmp_path):
    async def scenario(store):
        _record(store, 5)
        now = START + 4.5 * HOUR_S
        first = await store.maintain(Retention(), now)
        again = await store.maintain(Retention(), now)
        late = await store.maintain(Retention(), START + 6 * HOUR_S)
        assert (first.hours, again.hours, late.hours) == (4, 0, 1)
        sums = await store.rollups(START)
        assert [rollup.at for rollup in sums] == [START + n * HOUR_S for n in range(5)]
        assert [rollup.validations for rollup in sums] == [6] * 5
        assert sums[0].findings == {"shell-call": 6}
        assert sum(sums[0].stages["total"].values()) == 6
        assert await store.rollups(START + 3 * HOUR_S) == sums[3:]

    _with_store(tmp_path, scenario)


def test_days_are_sums_of_their_hours_and_hours_go_after_their_time(tmp_path):
    async def scenario(store):
        _record(store, 50, an_hour=2)
        done = await store.maintain(Retention(keep_hours_s=DAY_S), START + 51 * HOUR_S)
        assert (done.hours, done.days) == (50, 2)
        days = await store.rollups(START, DAY_S)
        assert [day.validations for day in days] == [48, 48]
        assert min(hour.at for hour in await store.rollups(START)) == START + 27 * HOUR_S

    _with_store(tmp_path, scenario)


def test_the_record_stays_within_its_limit_and_outcomes_stay_all(tmp_path):
    async def scenario(store):
        count = _record(store, 40, an_hour=50)
        for number in range(100):
            store.record_event(Event(START + number, "alert.raised", "x", {"n": number}))
        await store.record_outcome(Outcome(START, "f1", "shell-call", "shop", "not-useful"))
        now = START + 41 * HOUR_S
        limits = Retention(max_bytes=400_000)
        done = await store.maintain(limits, now)
        left = await store.validations(0.0)
        assert 0 < len(left) < count
        assert left[-1].validation_id == f"validation-{count - 1}"
        assert done.deleted["validations"] == count - len(left)
        assert done.deleted["findings"] > 0
        assert await store.find_finding(f"f{count - 1}") is not None
        assert await store.find_finding("f0") is None
        assert len(await store.outcomes()) == 1
        assert sum(hour.validations for hour in await store.rollups(START)) == count
        assert (await store.maintain(limits, now)).deleted == {}

    _with_store(tmp_path, scenario)


def test_what_no_sum_holds_yet_is_not_deleted(tmp_path):
    async def scenario(store):
        count = _record(store, 1, an_hour=200)
        await store.maintain(Retention(max_bytes=10_000), START + 1000)
        assert len(await store.validations(0.0)) == count

    _with_store(tmp_path, scenario)


def test_one_leads_until_the_lease_ends(tmp_path):
    async def scenario(store):
        assert await store.take_lease("optimization", "a", 100.0, 200.0)
        assert not await store.take_lease("optimization", "b", 150.0, 250.0)
        assert await store.take_lease("learning", "b", 150.0, 250.0)
        assert await store.take_lease("optimization", "a", 190.0, 290.0)
        assert await store.take_lease("optimization", "b", 290.0, 390.0)
        assert not await store.take_lease("optimization", "a", 300.0, 400.0)

    _with_store(tmp_path, scenario)


def test_of_many_that_claim_at_once_one_leads(tmp_path):
    async def scenario(store):
        await store.flush()
        claims = [store.take_lease("optimization", f"p{n}", 1.0, 2.0) for n in range(12)]
        assert sum(await asyncio.gather(*claims)) == 1

    _with_store(tmp_path, scenario)


def test_a_database_of_the_first_version_gets_the_new_tables(tmp_path):
    async def scenario(store):
        store.record_validation(validation(1, at=START))
        await store.flush()

    _with_store(tmp_path, scenario)
    with sqlite3.connect(tmp_path / "store.db") as connection:
        connection.execute("DROP TABLE rollups")
        connection.execute("DROP TABLE leases")
        connection.execute("UPDATE alembic_version SET version_num = '0001'")
    connection.close()

    async def later(store):
        done = await store.maintain(Retention(), START + 2 * HOUR_S)
        assert done.hours == 1

    _with_store(tmp_path, later)
