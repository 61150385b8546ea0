"""Where the user's own knowledge lies."""

import os
from pathlib import Path

VARIABLE = "AUTOVET_KNOWLEDGE"


def knowledge_directory(stated: Path | None = None) -> Path:
    """The stated directory, that of ``AUTOVET_KNOWLEDGE``, or the one below the user's data."""
    given = stated or os.environ.get(VARIABLE)
    if given:
        return Path(given).expanduser().absolute()
    from platformdirs import user_data_path  # noqa: PLC0415 (needed here alone)

    return Path(user_data_path("autovet")) / "knowledge"


def names_directory(knowledge: Path) -> Path:
    """Where a newer list of published names lies."""
    return knowledge / "names"


def wheels_directory(knowledge: Path) -> Path:
    """Where the unpacked wheels lie, one directory for each."""
    return knowledge / "wheels"
