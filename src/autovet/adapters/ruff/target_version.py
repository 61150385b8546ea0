"""ruff's name for a Python version."""

import re
import sys

_OLDEST, _NEWEST = 7, 15


def target_version(python: str | None) -> str:
    """Name the version that ruff checks for: ``"3.11"`` is ``"py311"``.

    Without a (readable) version it is this interpreter's. Versions that ruff does not know
    become the nearest one that it does.
    """
    match = re.match(r"\s*3\.(\d+)", python or "")
    minor = int(match[1]) if match else sys.version_info.minor
    return f"py3{min(max(minor, _OLDEST), _NEWEST)}"
