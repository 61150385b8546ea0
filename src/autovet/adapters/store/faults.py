"""What a database error means for the store."""

import errno
import sqlite3
from enum import Enum, auto

from autovet.domain.errors import StoreError


class Fault(Enum):
    """The kinds of trouble, by what helps against them."""

    LOCKED = auto()
    """Somebody else is writing: wait and try again."""
    CORRUPT = auto()
    """The file is damaged: set it aside and start an empty one."""
    NO_SCHEMA = auto()
    """Tables are missing, as in a file that was emptied: create them."""
    UNAVAILABLE = auto()
    """Read-only, full, unreachable or of a newer version: keep serving and try again later."""
    REJECTED = auto()
    """The database works but refuses what it was given."""


_SQLITE = {
    "SQLITE_BUSY": Fault.LOCKED,
    "SQLITE_LOCKED": Fault.LOCKED,
    "SQLITE_CORRUPT": Fault.CORRUPT,
    "SQLITE_NOTADB": Fault.CORRUPT,
    "SQLITE_CONSTRAINT": Fault.REJECTED,
    "SQLITE_MISMATCH": Fault.REJECTED,
    "SQLITE_TOOBIG": Fault.REJECTED,
}
_SQLSTATE = {
    "40001": Fault.LOCKED,  # serialization failure
    "40P01": Fault.LOCKED,  # deadlock
    "55P03": Fault.LOCKED,  # lock not available
    "42P01": Fault.NO_SCHEMA,  # undefined table
    "22": Fault.REJECTED,  # data exceptions
    "23": Fault.REJECTED,  # integrity constraints
}


def classify(error: BaseException) -> Fault:
    """Tell what kind of trouble an exception from the database layer reports."""
    cause: BaseException | None = error
    while cause is not None:
        state = getattr(cause, "sqlstate", None)
        if isinstance(cause, sqlite3.Error):
            return _sqlite(cause)
        if isinstance(state, str):
            return _SQLSTATE.get(state) or _SQLSTATE.get(state[:2]) or Fault.UNAVAILABLE
        if isinstance(cause, StoreError | OSError):
            return Fault.UNAVAILABLE
        cause = getattr(cause, "orig", None) or cause.__cause__
    return Fault.REJECTED


def _sqlite(error: sqlite3.Error) -> Fault:
    if "no such table" in str(error) or "no such column" in str(error):
        return Fault.NO_SCHEMA
    name = getattr(error, "sqlite_errorname", "")
    for prefix, fault in _SQLITE.items():
        if name.startswith(prefix):
            return fault
    if isinstance(error, sqlite3.OperationalError):
        return Fault.UNAVAILABLE
    return Fault.REJECTED


def describe(error: BaseException) -> str:
    """Say in one line what went wrong, without the statement that SQLAlchemy adds."""
    cause = getattr(error, "orig", None) or error
    if isinstance(cause, OSError) and cause.errno == errno.ENOSPC:
        return "no space left on the device"
    return f"{cause}".splitlines()[0] if f"{cause}" else type(cause).__name__
