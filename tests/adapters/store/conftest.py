import asyncio
import os
import shutil
import socket
import subprocess
import tempfile
from pathlib import Path

import pytest

from autovet.adapters.store.sql_store import SqlStore

_ACCOUNTS = ("postgres", "nobody")


def _server_binaries():
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    return found[-1].parent if found else None


def _account():
    """A server refuses to run as root: give it to an ordinary account."""
    if os.geteuid() != 0:
        return {}
    import pwd

    for name in _ACCOUNTS:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}
    pytest.skip("PostgreSQL does not run as root and there is no other account")


@pytest.fixture(scope="session")
def postgresql():
    """The URL of a PostgreSQL server of our own on the loopback interface."""
    pytest.importorskip("asyncpg", reason="asyncpg is not installed")
    binaries = _server_binaries()
    if binaries is None:
        pytest.skip("no PostgreSQL server is installed")
    account = _account()
    home = Path(tempfile.mkdtemp(prefix="autovet-pg-"))
    if account:
        os.chown(home, account["user"], account["group"])
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "cwd": home}
    data = home / "data"
    try:
        initdb = [
            binaries / "initdb",
            "-D",
            data,
            "-U",
            "autovet",
            "-A",
            "trust",
            "-E",
            "UTF8",
            "-N",
        ]
        subprocess.run(initdb, check=True, **quiet, **account)
        arguments = ["-D", data, "-p", str(port), "-k", home, "-c", "listen_addresses=127.0.0.1"]
        server = subprocess.Popen([binaries / "postgres", *arguments], **quiet, **account)
        try:
            ready = [binaries / "pg_isready", "-h", "127.0.0.1", "-p", str(port), "-t", "1"]
            for _ in range(100):
                if subprocess.run(ready, check=False, **quiet).returncode == 0:
                    break
                if server.poll() is not None:
                    pytest.fail("the PostgreSQL server ended at once")
                import time

                time.sleep(0.1)
            yield f"postgresql://autovet@127.0.0.1:{port}"
        finally:
            server.send_signal(subprocess.signal.SIGINT)  # a fast shutdown
            server.wait(timeout=20)
    finally:
        shutil.rmtree(home, ignore_errors=True)


def _fresh_database(server):
    """Create an empty database on the server and return its URL."""
    import asyncpg

    name = f"t{os.urandom(6).hex()}"

    async def create():
        connection = await asyncpg.connect(f"{server}/postgres")
        await connection.execute(f"CREATE DATABASE {name}")
        await connection.close()

    asyncio.run(create())
    return f"{server}/{name}"


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request, tmp_path):
    """An empty database of each kind."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'store.db'}"
    return _fresh_database(request.getfixturevalue("postgresql"))


@pytest.fixture
def path(tmp_path):
    return tmp_path / "store.db"


@pytest.fixture
def with_store():
    """Run a coroutine function with a store on a URL or file, and close the store."""

    def run(where, use, **options):
        async def main():
            store = SqlStore(where if "://" in str(where) else f"sqlite:///{where}", **options)
            try:
                return await use(store)
            finally:
                await store.aclose()

        return asyncio.run(main())

    return run
