"""Puts a small pytest in reach of the tests, whether or not the environment has the real one."""

import functools
from collections.abc import Mapping
from pathlib import Path

_NAME = "pytest.py"


def with_pytest(files: Mapping[str, str]) -> Mapping[str, str]:
    """The files, with a stand-in for pytest among them unless they bring their own."""
    if any(path.split("/")[0] in {_NAME, "pytest"} for path in files):
        return files
    return {**files, _NAME: _stand_in()}


@functools.cache
def _stand_in() -> str:
    return Path(__file__).with_name("pytest_stand_in.py").read_text(encoding="utf-8")
