"""Finds the interpreter of an environment."""

import sys
from pathlib import Path

from autovet.domain.errors import SandboxUnavailable

_PLACES = ("bin/python", "bin/python3", "Scripts/python.exe", "python.exe")


def find_interpreter(environment: str | None) -> str:
    """The interpreter to run with: of a virtual environment, the file itself, or our own.

    Raises:
        SandboxUnavailable: there is none at that place.
    """
    if environment is None:
        return sys.executable
    place = Path(environment).absolute()  # never resolved: a link decides which environment it is
    if place.is_file():
        return str(place)
    for name in _PLACES:
        if (place / name).is_file():
            return str(place / name)
    raise SandboxUnavailable(f"{environment} holds no Python interpreter")
