import asyncio
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from contextlib import closing, suppress

import pytest
from record_examples import finding, validation

from autovet.adapters.store.sql_store import SqlStore
from autovet.domain.errors import StoreError
from autovet.domain.event import Event, Outcome


async def _kinds(store):
    await store.flush()
    return [event.kind for event in await store.events(0.0)]


async def _write_some(store):
    for number in range(50):
        store.record_validation(validation(number))
    await store.flush()


def test_a_directory_that_vanishes_is_made_again(tmp_path, with_store):
    async def use(store):
        await _write_some(store)
        await asyncio.sleep(0.1)
        shutil.rmtree(tmp_path / "place")
        store.record_validation(validation(99))
        with suppress(StoreError):
            await store.flush()
        await store.flush()
        return [record.validation_id for record in await store.validations(0.0)]

    assert with_store(tmp_path / "place" / "store.db", use) == ["validation-99"]


@pytest.mark.parametrize("garbage", [b"this is no database at all " * 400, b"\0" * 8192])
def test_a_corrupt_file_is_set_aside_and_rebuilt(path, with_store, garbage):
    path.write_bytes(garbage)
    told = []

    async def use(store):
        store.record_validation(validation(1))
        assert "store.rebuilt" in await _kinds(store)
        assert len(await store.validations(0.0)) == 1
        assert store.health().state == "ready"

    with_store(path, use, on_event=told.append)
    (aside,) = path.parent.glob("store.db.corrupt-*")
    assert aside.read_bytes() == garbage
    assert told[0].detail["set_aside"] == aside.name


def test_pages_that_go_bad_under_a_reader_are_noticed(path, with_store):
    with_store(path, _write_some)
    with path.open("r+b") as file:
        file.seek(4096)
        file.write(os.urandom(path.stat().st_size - 4096))

    async def use(store):
        assert list(await store.validations(0.0)) == []
        assert "store.rebuilt" in await _kinds(store)

    with_store(path, use)
    assert len(list(path.parent.glob("store.db.corrupt-*"))) == 1


def test_a_file_truncated_to_nothing_gets_its_tables_again(path, with_store):
    with_store(path, _write_some)
    path.write_bytes(b"")

    async def use(store):
        store.record_validation(validation(99))
        await store.flush()
        return [record.validation_id for record in await store.validations(0.0)]

    assert with_store(path, use) == ["validation-99"]


def test_a_file_truncated_in_use_gets_its_tables_again(path, with_store):
    async def use(store):
        await _write_some(store)
        await asyncio.sleep(0.1)  # the writer lets go of the file
        path.write_bytes(b"")
        store.record_validation(validation(99))
        await store.flush()
        assert store.health().restarts == 1
        return [record.validation_id for record in await store.validations(0.0)]

    assert with_store(path, use) == ["validation-99"]


def test_a_file_that_vanishes_is_made_again(path, with_store):
    async def use(store):
        await _write_some(store)
        path.unlink()
        store.record_validation(validation(99))
        await store.flush()
        return [record.validation_id for record in await store.validations(0.0)]

    assert with_store(path, use) == ["validation-99"]


def test_a_dropped_table_is_made_again_and_the_others_stay(path, with_store):
    with_store(path, _write_some)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("DROP TABLE outcomes")

    async def use(store):
        await store.record_outcome(Outcome(1.0, "f", "rule", "shop", "useful"))
        assert len(await store.outcomes()) == 1
        return len(await store.validations(0.0))

    assert with_store(path, use) == 50


def test_a_damaged_file_that_cannot_be_set_aside_is_reported(path, with_store, monkeypatch):
    path.write_bytes(b"this is no database at all " * 400)

    def refuse(_):
        raise PermissionError("not allowed to rename")

    async def use(store):
        monkeypatch.setattr("autovet.adapters.store.sqlite_file.set_aside", refuse)
        store.record_validation(validation(1))
        with pytest.raises(StoreError):
            await store.flush()
        assert store.health().state == "failed"
        monkeypatch.undo()
        await store.flush()
        return len(await store.validations(0.0))

    assert with_store(path, use) == 1


def test_many_refused_records_are_sorted_out_quickly(path, with_store):
    async def use(store):
        for number in range(60):
            store.record_validation(validation(number, finding(line=2**70 if number % 2 else 1)))
        start = time.monotonic()
        await store.flush()
        assert time.monotonic() - start < 5
        return len(await store.validations(0.0)), store.health().detail["lost"]

    assert with_store(path, use) == (30, 30)


def test_a_lock_held_for_a_second_is_waited_for(path, with_store):
    with_store(path, _write_some)

    async def use(store):
        with closing(sqlite3.connect(path, isolation_level=None, check_same_thread=False)) as other:
            other.execute("BEGIN EXCLUSIVE")
            threading.Timer(1.3, other.execute, ["ROLLBACK"]).start()
            start = time.monotonic()
            await store.record_outcome(Outcome(1.0, "f", "rule", "shop", "useful"))
            waited = time.monotonic() - start
        assert store.health().state == "ready"
        return waited, len(await store.outcomes())

    waited, outcomes = with_store(path, use)
    assert waited > 1.0
    assert outcomes == 1


def test_an_unwritable_place_is_reported_and_left_when_it_becomes_writable(tmp_path, with_store):
    blocked = tmp_path / "place"
    blocked.write_text("a file where the directory should be")
    told = []

    async def use(store):
        store.record_validation(validation(1))
        with pytest.raises(StoreError):
            await store.flush()
        with pytest.raises(StoreError):
            await store.record_outcome(Outcome(1.0, "f", "rule", "shop", "useful"))
        with pytest.raises(StoreError):
            await store.validations(0.0)
        failed = store.health()
        assert failed.state == "failed"
        assert failed.reason
        assert failed.detail["pending"] >= 2
        blocked.unlink()
        await store.flush()
        assert store.health().state == "ready"
        assert len(await store.validations(0.0)) == 1
        assert len(await store.outcomes()) == 1
        assert {"store.failed", "store.recovered"} <= set(await _kinds(store))

    with_store(blocked / "store.db", use, on_event=told.append)
    assert [event.kind for event in told] == ["store.failed", "store.recovered"]


def test_memory_is_bounded_and_what_is_dropped_is_counted(tmp_path, with_store):
    blocked = tmp_path / "place"
    blocked.write_text("")

    async def use(store):
        store.record_validation(validation(1))
        for number in range(2_000):
            store.record_event(Event(float(number + 1), "tick", "x"))
        held = store.health().detail
        assert held["pending"] < 250
        assert held["lost"] == held["dropped"]["events"] == 2_001 - held["pending"]
        blocked.unlink()
        await store.flush()
        events = await store.events(0.0)
        assert max(event.at for event in events if event.kind == "tick") == 2_000.0
        assert len(await store.validations(0.0)) == 1
        await store.flush()
        (recovered,) = [e for e in await store.events(0.0) if e.kind == "store.recovered"]
        assert recovered.detail["dropped"]["events"] == store.health().detail["lost"]

    with_store(blocked / "store.db", use, max_bytes=200_000)


def test_closing_an_unwritable_store_counts_what_is_lost(tmp_path):
    blocked = tmp_path / "place"
    blocked.write_text("")

    async def main():
        store = SqlStore(f"sqlite:///{blocked / 'store.db'}")
        store.record_validation(validation(1))
        await store.aclose()
        return store.health()

    health = asyncio.run(main())
    assert health.state == "failed"
    assert health.detail["lost"] >= 1
    assert health.detail["pending"] == 0


_FULL_DISK = """
import asyncio, resource, signal, sys
sys.path.insert(0, {tests!r})
from record_examples import finding, validation
from autovet.adapters.store.sql_store import SqlStore
from autovet.domain.errors import StoreError

async def main():
    store = SqlStore("sqlite:///{path}")
    store.record_validation(validation(0))
    await store.flush()
    hard = resource.getrlimit(resource.RLIMIT_FSIZE)[1]
    resource.setrlimit(resource.RLIMIT_FSIZE, (150_000, hard))
    for number in range(1, 2_000):
        store.record_validation(validation(number))
    try:
        await store.flush()
    except StoreError:
        print("failed", store.health().state)
    resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))
    await store.flush()
    print(len(await store.validations(0.0)), store.health().state, store.health().detail["lost"])
    await store.aclose()

asyncio.run(main())
"""


def test_a_disk_that_takes_no_more_loses_nothing(path, request):
    """A limit on the size of files gives the errors of a full disk, to one process."""
    program = _FULL_DISK.format(path=path, tests=str(request.config.rootpath / "tests"))
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout.splitlines() == ["failed failed", "2000 ready 0"]


_READ_ONLY = """
import asyncio, os
import autovet.adapters.store.database, autovet.adapters.store.migrate, aiosqlite
import sqlalchemy.dialects.sqlite.aiosqlite
from autovet.adapters.store.sql_store import SqlStore
from autovet.domain.errors import StoreError
from autovet.domain.event import Event

async def main():
    store = SqlStore("sqlite:///{path}")
    store.record_event(Event(1.0, "tick", "x"))
    try:
        await store.flush()
    except StoreError as error:
        print(store.health().state, store.health().detail["pending"] >= 1)
    os.seteuid(0) if os.getuid() == 0 else os.chmod({directory!r}, 0o700)
    await store.flush()
    print(store.health().state)
    await store.aclose()

if os.getuid() == 0:
    os.seteuid(65534)
asyncio.run(main())
"""


def test_a_read_only_directory(path):
    path.parent.chmod(0o500)
    try:
        program = _READ_ONLY.format(path=path, directory=str(path.parent))
        done = subprocess.run(
            [sys.executable, "-c", program], capture_output=True, text=True, check=False, timeout=60
        )
    finally:
        path.parent.chmod(0o700)
    assert (done.stdout.splitlines(), done.stderr) == (["failed True", "ready"], "")


_KILLED = """
import asyncio, sys
sys.path.insert(0, {tests!r})
from record_examples import finding, validation
from autovet.adapters.store.sql_store import SqlStore

async def main():
    store = SqlStore("sqlite:///{path}")
    number = 0
    while True:
        for _ in range(7):
            number += 1
            store.record_validation(validation(number))
        await store.flush()
        print(number, flush=True)

asyncio.run(main())
"""


def test_what_was_flushed_survives_a_kill(path, with_store, request):
    program = _KILLED.format(path=path, tests=str(request.config.rootpath / "tests"))
    with subprocess.Popen(
        [sys.executable, "-c", program], stdout=subprocess.PIPE, text=True
    ) as child:
        for _ in range(30):
            acknowledged = int(child.stdout.readline())
        child.send_signal(signal.SIGKILL)
        rest = child.stdout.read().split()
        child.wait(timeout=10)
    acknowledged = int(rest[-1]) if rest else acknowledged

    async def use(store):
        return {record.validation_id for record in await store.validations(0.0)}

    ids = with_store(path, use)
    assert {f"validation-{number}" for number in range(1, acknowledged + 1)} <= ids


def test_a_server_that_is_not_there(with_store):
    pytest.importorskip("asyncpg", reason="asyncpg is not installed")

    async def use(store):
        with pytest.raises(StoreError):
            await store.events(0.0)

    with_store("postgresql://autovet@127.0.0.1:9/none", use)
