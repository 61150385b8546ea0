"""Asks pip, in a process of its own: for a wheel, and for the address of the index."""

import subprocess
import sys
import tempfile
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from pathlib import Path

from packaging.requirements import InvalidRequirement, Requirement

from autovet.domain.errors import KnowledgeError

_TIMEOUT_S = 900.0
# a wheel is only read, so one for any interpreter will do
_OTHER_PYTHONS = ("3.12", "3.10", "3.8")
_PLATFORMS = ("manylinux2014_x86_64", "manylinux_2_28_x86_64", "manylinux1_x86_64")


@contextmanager
def downloaded_wheel(wanted: str) -> Generator[Path, None, None]:
    """Download the wheel of ``NAME==VERSION`` to a directory that goes away afterwards.

    Raises:
        KnowledgeError: it is no such requirement, there is no wheel, or pip is missing or fails.
    """
    exact = _exact(wanted)
    with tempfile.TemporaryDirectory(prefix="autovet-wheel-") as folder:
        complaint = _download(exact, folder, ())
        for python in _OTHER_PYTHONS if complaint else ():
            platforms = [f"--platform={platform}" for platform in _PLATFORMS]
            if not _download(exact, folder, (f"--python-version={python}", *platforms)):
                complaint = ""
                break
        wheels = list(Path(folder).glob("*.whl"))
        if complaint or len(wheels) != 1:
            raise KnowledgeError(f"pip has no wheel of {exact}: {complaint or 'it gave none'}")
        yield wheels[0]


def configured_index() -> str:
    """The address of the index that pip is configured to use.

    Raises:
        KnowledgeError: pip is missing or names none.
    """
    stated = _setting("index-url")
    if stated is None:
        # the address that pip uses where nothing is configured is known to pip alone
        program = "from pip._internal.models.index import PyPI; print(PyPI.simple_url)"
        stated = _run(["-c", program]).stdout.strip() or None
    if stated is None:
        raise KnowledgeError("pip names no package index; give a file with --from")
    return stated


def configured_certificates() -> str | None:
    """The file of certificates that pip is configured to trust."""
    return _setting("cert")


def _setting(name: str) -> str | None:
    """A setting of pip, from its files or its environment variables, which win."""
    found = None
    for line in _run(["-m", "pip", "config", "list"]).stdout.splitlines():
        key, _, value = line.partition("=")
        if key.rpartition(".")[2] == name and (found is None or key.startswith(":env:")):
            found = value.strip().strip("'\"")
    return found or None


def _exact(wanted: str) -> str:
    try:
        requirement = Requirement(wanted)
    except InvalidRequirement as error:
        raise KnowledgeError(f"{wanted!r} is neither NAME==VERSION nor a wheel's file") from error
    clauses = list(requirement.specifier)
    pinned = len(clauses) == 1 and clauses[0].operator == "==" and "*" not in clauses[0].version
    if requirement.url or requirement.extras or requirement.marker or not pinned:
        raise KnowledgeError(f"name one version, as in {requirement.name}==1.0")
    return f"{requirement.name}=={clauses[0].version}"


def _download(exact: str, folder: str, more: Sequence[str]) -> str:
    """What pip complains about; nothing when it went well."""
    answer = _run(
        ["-m", "pip", "download", "--quiet", "--no-input", "--disable-pip-version-check",
         "--no-deps", "--only-binary=:all:", f"--dest={folder}", *more, exact]
    )  # fmt: skip
    if answer.returncode == 0:
        return ""
    complaints = [line for line in answer.stderr.splitlines() if line.startswith("ERROR:")]
    said = (complaints or answer.stderr.strip().splitlines() or ["pip failed"])[-1]
    return said.removeprefix("ERROR:").strip()


def _run(arguments: Sequence[str]) -> "subprocess.CompletedProcess[str]":
    try:
        answer = subprocess.run(  # noqa: S603 (our own interpreter, no shell)
            [sys.executable, *arguments],
            capture_output=True, text=True, timeout=_TIMEOUT_S, check=False,
            stdin=subprocess.DEVNULL,
        )  # fmt: skip
    except (OSError, subprocess.TimeoutExpired) as error:
        raise KnowledgeError(f"pip did not answer: {error}") from error
    if "No module named pip" in answer.stderr:
        raise KnowledgeError("this needs pip, which is not installed beside autovet")
    return answer
