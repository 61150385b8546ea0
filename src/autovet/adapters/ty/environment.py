"""Which interpreter's packages count, and when they last changed."""

import re
import sys
from dataclasses import dataclass
from pathlib import Path

from autovet.domain.errors import AnalyzerUnavailable

_OLDEST, _NEWEST = 7, 15
_INTERPRETER = re.compile(r"python|pypy", re.IGNORECASE)
_MOST_LEVELS, _LONGEST_SHOWN = 3, 200
_PACKAGES = (
    "lib/python3*/site-packages",
    "lib/python3*/dist-packages",
    "lib/python3/dist-packages",
    "local/lib/python3*/dist-packages",
    "Lib/site-packages",
)


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
    stated = bool(environment and environment.strip())
    path = Path(environment if environment and stated else sys.prefix)
    try:
        if not path.is_dir() and not (path.is_file() and _INTERPRETER.match(path.name)):
            raise AnalyzerUnavailable(f"there is no environment at {_shortened(path)}")
        root = _root_of(path.absolute()) if stated else path.absolute()
        prefix = root if root.is_dir() else root.parent.parent
        found = [d for pattern in _PACKAGES for d in prefix.glob(pattern) if d.is_dir()]
        site_packages = tuple(sorted(set(found)))
        if stated and not site_packages:
            raise AnalyzerUnavailable(f"{_shortened(path)} is no environment: it has no packages")
        stamp = tuple(directory.stat().st_mtime_ns for directory in site_packages)
    except (OSError, ValueError) as error:
        raise AnalyzerUnavailable(f"there is no environment at {_shortened(path)}") from error
    return Environment(str(root), site_packages, stamp)


def _root_of(path: Path) -> Path:
    """The environment that a directory inside of it, such as its ``bin``, belongs to."""
    if path.is_dir():
        for above in (path, *list(path.parents)[:_MOST_LEVELS]):
            if (above / "pyvenv.cfg").is_file():
                return above
    return path


def _shortened(path: Path) -> str:
    text = str(path)
    return text if len(text) <= _LONGEST_SHOWN else f"{text[:_LONGEST_SHOWN]}..."


def checked_version(python: str | None, environment: str | None) -> str | None:
    """The Python version that ty is told; None leaves it to what the environment says.

    Versions that ty does not know become the nearest one that it does.
    """
    match = re.match(r"\s*3\.(\d+)", python or "")
    if match:
        return f"3.{min(max(int(match[1]), _OLDEST), _NEWEST)}"
    return None if environment else f"3.{sys.version_info.minor}"
