"""The new root directory: empty but for read-only views of what a run may see."""

import os
from collections.abc import Sequence

from .linux import (
    MS_BIND,
    MS_NODEV,
    MS_NOEXEC,
    MS_NOSUID,
    MS_PRIVATE,
    MS_REC,
    detach,
    make_read_only,
    mount,
    pivot_root,
)
from .readable import DEVICES

SCRATCH = "/scratch"
SHARED_MEMORY = "/dev/shm"  # noqa: S108 (a mount of the step's own)
_STAGE = "/tmp"  # noqa: S108 (only the place where the new root is mounted, unseen by others)
_SCRATCH_OPTIONS = "mode=700,size=64m,nr_inodes=16k"


def enter_new_root(paths: Sequence[str]) -> None:
    """Swap the root of this (new) mount namespace for one with these paths, read-only.

    Raises:
        OSError: a step was refused.
    """
    mount(None, "/", None, MS_REC | MS_PRIVATE)
    sources = {path: os.path.realpath(path) for path in (*paths, *DEVICES)}
    os.umask(0o022)
    _mount_tmpfs(_STAGE, "mode=755,size=1m")
    os.mkdir(f"{_STAGE}/old")
    os.chdir(_STAGE)
    pivot_root(".", "old")
    os.chdir("/")
    for path, source in sources.items():
        _show(path, source)
    for directory in ("/proc", SCRATCH, SHARED_MEMORY):
        os.makedirs(directory, exist_ok=True)
    if not os.path.lexists(_STAGE):
        os.symlink(os.path.join(SCRATCH, "tmp"), _STAGE)
    # A user namespace may mount a fresh /proc only where it already sees a whole one.
    mount("/old/proc", "/proc", None, MS_BIND | MS_REC)
    detach("/old")
    os.rmdir("/old")
    make_read_only("/", recursive=False)


def _mount_tmpfs(target: str, options: str) -> None:
    mount("tmpfs", target, "tmpfs", MS_NOSUID | MS_NODEV, options)


def _show(path: str, source: str) -> None:
    if os.path.lexists(path):
        return  # inside of a directory that is shown already
    if os.path.isdir(f"/old{source}"):
        os.makedirs(path, exist_ok=True)
    else:
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "xb"):
            pass
    mount(f"/old{source}", path, None, MS_BIND | MS_REC)
    if path not in DEVICES:
        make_read_only(path, recursive=True)


def mount_proc() -> None:
    """Show only the processes of this process namespace; raises OSError."""
    mount("proc", "/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC)


def mount_scratch() -> None:
    """A fresh place to write to, gone with the mount namespace; raises OSError."""
    _mount_tmpfs(SCRATCH, _SCRATCH_OPTIONS)
    _mount_tmpfs(SHARED_MEMORY, "mode=700,size=16m")
