"""Where an engine's executable is."""

import os
import shutil
import sys
import sysconfig

from autovet.domain.errors import AnalyzerUnavailable

_PASSED_ON = ("PATH", "HOME", "TMPDIR", "TEMP", "TMP", "SYSTEMROOT", "LANG", "LC_ALL")


def find_executable(name: str) -> str:
    """Find an executable: beside this interpreter, among its scripts, on PATH; in that order.

    Raises:
        AnalyzerUnavailable: it is nowhere.
    """
    beside = os.path.dirname(sys.executable)  # noqa: PTH120 (a link must not be followed)
    for directory in (beside, sysconfig.get_path("scripts"), None):
        if found := shutil.which(name, path=directory):
            return found
    raise AnalyzerUnavailable(
        f"{name} is neither installed beside {sys.executable} nor on PATH; install it with"
        f" `pip install {name}`"
    )


def plain_environment(**extra: str) -> dict[str, str]:
    """Environment variables for a server: the few it needs, no secrets, no settings of the user."""
    return {name: os.environ[name] for name in _PASSED_ON if name in os.environ} | extra
