"""Runs git, and turns what can go wrong into one clear sentence."""

import subprocess
from collections.abc import Mapping
from pathlib import Path

from autovet.domain.errors import InputError

_TIMEOUT_S = 60.0


def run_git(
    arguments: tuple[str, ...],
    folder: str | Path,
    environment: Mapping[str, str] | None = None,
    given: bytes = b"",
) -> bytes:
    """What git prints.

    Args:
        arguments: options before the command, the command and its own.
        folder: where it runs.
        environment: instead of ours.
        given: its standard input.

    Raises:
        InputError: git is not installed, takes more than a minute or refuses; the message is git's.
    """
    command = ("git", "--no-pager", *arguments)
    try:
        done = subprocess.run(  # noqa: S603 (a fixed program, hashes and options of ours)
            command,
            cwd=folder,
            env=environment,
            input=given,
            capture_output=True,
            timeout=_TIMEOUT_S,
            check=False,
        )
    except FileNotFoundError as error:
        raise InputError("git is needed for that, and not installed") from error
    except subprocess.TimeoutExpired as error:
        raise InputError(f"git took more than {_TIMEOUT_S:.0f} s") from error
    if done.returncode:
        reason = done.stderr.decode("utf-8", "replace").strip().splitlines()
        raise InputError(f"git failed: {reason[0] if reason else 'it gives no reason'}")
    return done.stdout
