"""What is special about a database that is a file."""

import datetime as dt
from pathlib import Path
from typing import Any

BUSY_TIMEOUT_S = 1.0
"""How long SQLite itself waits for a lock; after that the store backs off."""


def set_up_connection(dbapi_connection: Any, _record: object) -> None:
    """Make a new connection safe for several processes, and durable."""
    # Transactions are begun by us (see ``begin``), not guessed from statements.
    dbapi_connection.isolation_level = None
    cursor = dbapi_connection.cursor()
    cursor.execute("PRAGMA journal_mode=WAL")
    # In WAL mode only FULL keeps a commit through a power failure.
    cursor.execute("PRAGMA synchronous=FULL")
    cursor.close()


def set_aside(path: Path) -> Path:
    """Rename a damaged file and its journal; returns the new name of the file."""
    now = dt.datetime.now(dt.UTC)
    aside = path.with_name(f"{path.name}.corrupt-{now:%Y%m%dT%H%M%S.%fZ}")
    for suffix in ("-wal", "-shm"):
        journal = path.with_name(path.name + suffix)
        if journal.exists():
            journal.rename(aside.with_name(aside.name + suffix))
    path.rename(aside)
    return aside


def size(path: Path) -> int:
    """Bytes on disk, with the journal; 0 where there is no file."""
    total = 0
    for name in (path, path.with_name(path.name + "-wal")):
        try:
            total += name.stat().st_size
        except OSError:
            continue
    return total
