"""Where the store is."""

from pathlib import Path

from autovet.domain.errors import SettingsError

_DRIVERS = {
    "sqlite": "sqlite+aiosqlite",
    "postgresql": "postgresql+asyncpg",
    "postgres": "postgresql+asyncpg",
}


def async_url(url: str) -> str:
    """Complete a database URL with the asynchronous driver that we use.

    Raises:
        SettingsError: it is no database URL, or one of a database that is only in memory.
    """
    scheme, separator, rest = url.partition("://")
    if not separator:
        raise SettingsError(f"{url!r} is no database URL; say sqlite:///autovet.db, for example")
    complete = f"{_DRIVERS.get(scheme, scheme)}://{rest}"
    if complete.startswith("sqlite") and (":memory:" in rest or not rest.strip("/")):
        raise SettingsError(
            f"{url!r} names no file: each connection to it would see a database of its own"
        )
    return complete


def file_of(url: str) -> Path | None:
    """The file behind a SQLite URL; None for other databases."""
    scheme, _, rest = url.partition("://")
    if not scheme.startswith("sqlite"):
        return None
    return Path(rest.removeprefix("/").partition("?")[0])
