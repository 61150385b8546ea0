"""Which interpreter's packages count, and when they last changed."""

import re
import sys
from dataclasses import dataclass
from pathlib import Path

from autovet.domain.errors import AnalyzerUnavailable

_OLDEST, _NEWEST = 7, 15


@dataclass(frozen=True, slots=True)
class Environment:
    """An installation of packages.

    Attributes:
        python: what ty is told: an interpreter, or the directory of an environment.
        site_packages: where its packages lie, as far as we find it.
        stamp: changes when packages are installed or removed.
    """

    python: str
    site_packages: tuple[Path, ...]
    stamp: tuple[int, ...]


def find_environment(environment: str | None) -> Environment:
    """Find the packages of an interpreter or environment; of this one for None.

    Raises:
        AnalyzerUnavailable: there is no such environment.
    """
    path = Path(environment or sys.prefix)
    if not path.exists():
        raise AnalyzerUnavailable(f"there is no environment at {path}")
    prefix = path if path.is_dir() else path.absolute().parent.parent
    found = (
        *prefix.glob("lib/python3*/site-packages"),
        *prefix.glob("lib/python3*/dist-packages"),
        *prefix.glob("Lib/site-packages"),
    )
    site_packages = tuple(sorted({directory for directory in found if directory.is_dir()}))
    stamp = tuple(directory.stat().st_mtime_ns for directory in site_packages)
    return Environment(str(path.absolute()), site_packages, stamp)


def checked_version(python: str | None, environment: str | None) -> str | None:
    """The Python version that ty is told; None leaves it to what the environment says.

    Versions that ty does not know become the nearest one that it does.
    """
    match = re.match(r"\s*3\.(\d+)", python or "")
    if match:
        return f"3.{min(max(int(match[1]), _OLDEST), _NEWEST)}"
    return None if environment else f"3.{sys.version_info.minor}"
