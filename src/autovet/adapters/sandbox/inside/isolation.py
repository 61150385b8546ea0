"""The walls, in the order in which they have to go up."""

import contextlib
import math
import os
import resource
import sys
from collections.abc import Collection, Sequence

from .readable import DEVICES

if sys.platform == "linux":
    from . import landlock, linux, root, seccomp

UNPRIVILEGED = 65534
"""The user and group that a service run by root leaves root for ("nobody")."""

MEMORY_BYTES = 1 << 30
"""Address space that a step may add."""
_FILE_BYTES = 16 << 20
_OPEN_FILES = 256
_PROCESSES = 64


def leave_root() -> None:
    """Become an unprivileged user for good, if root; raises OSError."""
    if os.getuid() != 0:
        return
    os.setgroups([])
    os.setresgid(UNPRIVILEGED, UNPRIVILEGED, UNPRIVILEGED)
    os.setresuid(UNPRIVILEGED, UNPRIVILEGED, UNPRIVILEGED)
    if sys.platform == "linux":
        linux.prctl(linux.PR_SET_DUMPABLE, 1)  # or /proc/self would still be root's


def _unshare_with_user(flags: int) -> None:
    """Enter a user namespace, with the same user as its only one, and others with it."""
    uid, gid = os.getuid(), os.getgid()  # they read as "nobody" as soon as it is entered
    linux.unshare(linux.CLONE_NEWUSER | flags)
    for name, text in (
        ("setgroups", "deny"),
        ("uid_map", f"{uid} {uid} 1"),
        ("gid_map", f"{gid} {gid} 1"),
    ):
        with open(f"/proc/self/{name}", "w", encoding="ascii") as file:
            file.write(text)


def enter_namespaces(paths: Sequence[str], layers: Collection[str]) -> None:
    """Take the stub into namespaces with a root of their own; its next child is process 1 there.

    Raises:
        OSError: a step was refused.
    """
    flags = linux.CLONE_NEWNS | linux.CLONE_NEWIPC | linux.CLONE_NEWNET | linux.CLONE_NEWUTS
    if "cgroup" in layers:
        flags |= linux.CLONE_NEWCGROUP
    if os.getuid() == 0:
        # Root has to show the interpreter's files before it may no longer reach them.
        linux.unshare(linux.CLONE_NEWNS)
        root.enter_new_root(paths)
        leave_root()
        _unshare_with_user(flags)
    else:
        _unshare_with_user(flags)
        root.enter_new_root(paths)
    linux.unshare(linux.CLONE_NEWPID)


def fork_into_pid_namespace() -> int:
    """Fork; the child is process 1 of a new namespace, the parent stays where it was."""
    own = os.open("/proc/self/ns/pid", os.O_RDONLY | os.O_CLOEXEC)
    try:
        linux.unshare(linux.CLONE_NEWPID)
        pid = os.fork()
        if pid:
            linux.setns(own, linux.CLONE_NEWPID)
    finally:
        os.close(own)
    return pid


def isolate_job(*, namespaces: bool, parent: int) -> None:
    """What the steps of one job share, and other jobs do not; raises OSError."""
    if namespaces:  # its parent's end is the end of its process namespace
        linux.unshare(
            linux.CLONE_NEWNS | linux.CLONE_NEWIPC | linux.CLONE_NEWNET | linux.CLONE_NEWUTS
        )
    elif sys.platform == "linux":
        linux.die_with_parent(parent)


def isolate_step(
    *, namespaces: bool, layers: Collection[str], scratch: str, paths: Sequence[str]
) -> None:
    """Give up the last rights of this process; from here on it may read hostile text.

    Its processor time is bound apart, once it is known.

    Raises:
        OSError: a layer that was found to hold was refused.
    """
    if namespaces:
        linux.unshare(linux.CLONE_NEWNS | linux.CLONE_NEWIPC)
        root.mount_proc()
        root.mount_scratch()
        _unshare_with_user(0)  # its processes are counted apart, and its mounts are beyond it
    for name in ("work", "tmp"):
        os.mkdir(os.path.join(scratch, name), 0o700)
    os.chdir(os.path.join(scratch, "work"))
    _limit(processes=namespaces)
    if sys.platform != "linux":
        return
    with open("/proc/self/oom_score_adj", "w", encoding="ascii") as file:
        file.write("1000")  # where memory runs out, nobody else is to be killed for it
    linux.drop_capabilities()
    linux.prctl(linux.PR_SET_NO_NEW_PRIVS, 1)
    if "landlock" in layers:
        landlock.restrict(
            (*paths, "/proc") if namespaces else paths, _writable(scratch, namespaces)
        )
    if "seccomp" in layers:
        seccomp.install(namespaces=namespaces)


def _writable(scratch: str, namespaces: bool) -> "tuple[str, ...]":
    shared_memory = (root.SHARED_MEMORY,) if namespaces else ()
    return (scratch, *shared_memory, *DEVICES)


def _size_bytes() -> int:
    """The address space that the zygote's imports take already."""
    if sys.platform != "linux":
        return 0
    with open("/proc/self/statm", encoding="ascii") as file:
        return int(file.read().split()[0]) * resource.getpagesize()


def limit_processor_time(cpu_s: float) -> None:
    """Bound this process for good, which may have spent some already."""
    spent = resource.getrusage(resource.RUSAGE_SELF)
    _bind({resource.RLIMIT_CPU: math.ceil(spent.ru_utime + spent.ru_stime + cpu_s) + 1})


def _limit(*, processes: bool) -> None:
    limits = {
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_AS: _size_bytes() + MEMORY_BYTES,
        resource.RLIMIT_FSIZE: _FILE_BYTES,
        resource.RLIMIT_NOFILE: _OPEN_FILES,
    }
    if processes:  # elsewhere the user's other processes would count, and forks are refused
        limits[resource.RLIMIT_NPROC] = _PROCESSES
    _bind(limits)


def _bind(limits: "dict[int, int]") -> None:
    for kind, value in limits.items():
        with contextlib.suppress(ValueError, OSError):  # macOS knows no RLIMIT_AS
            hard = resource.getrlimit(kind)[1]
            bound = value if hard == resource.RLIM_INFINITY else min(value, hard)
            resource.setrlimit(kind, (bound, bound))
