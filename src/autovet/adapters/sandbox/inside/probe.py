"""Finds out which layers hold on this host, by using each in a child that is thrown away."""

import contextlib
import os
import resource
import select
import signal
import socket
import sys
import tempfile
from collections.abc import Callable, Sequence

from .isolation import (
    enter_namespaces,
    fork_into_pid_namespace,
    isolate_job,
    isolate_step,
    leave_root,
)

if sys.platform == "linux":
    from . import landlock, linux, seccomp
    from .root import SCRATCH

_PATIENCE_S = 5.0


def holds(attempt: Callable[[], "bool | None"]) -> bool:
    """Whether ``attempt``, in a child, neither raised nor answered False."""
    pid = os.fork()
    if pid == 0:
        status = 1
        with contextlib.suppress(BaseException):
            status = 1 if attempt() is False else 0
        os._exit(status)
    return _exit_status(pid) == 0


def _exit_status(pid: int) -> int:
    if hasattr(os, "pidfd_open"):
        descriptor = os.pidfd_open(pid)
        ready, _, _ = select.select([descriptor], [], [], _PATIENCE_S)
        os.close(descriptor)
        if not ready:
            os.kill(pid, signal.SIGKILL)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def probe_layers(paths: Sequence[str], *, namespaces: bool) -> "dict[str, bool]":
    """Name of the layer to whether it holds here."""
    layers = {"limits": holds(_limits)}
    if sys.platform != "linux":
        return layers
    for name, flag in (
        ("pid", linux.CLONE_NEWPID),
        ("mount", linux.CLONE_NEWNS),
        ("net", linux.CLONE_NEWNET),
        ("ipc", linux.CLONE_NEWIPC),
        ("uts", linux.CLONE_NEWUTS),
        ("cgroup", linux.CLONE_NEWCGROUP),
    ):
        layers[name] = namespaces and holds(lambda flag=flag: _namespace(flag))  # type: ignore[misc] # mypy cannot infer a default
    layers["user"] = namespaces and holds(lambda: _namespace(0))
    layers["capabilities"] = holds(_capabilities)
    layers["no_new_privs"] = holds(_no_new_privs)
    layers["landlock"] = holds(_landlock)
    layers["seccomp"] = holds(_seccomp)
    held = [name for name, held in layers.items() if held]
    layers["namespaces"] = namespaces and holds(lambda: _rehearse_namespaces(paths, held))
    layers["without_namespaces"] = holds(lambda: _rehearse_without(paths, held))
    return layers


def _namespace(flag: int) -> None:
    leave_root()
    linux.unshare(linux.CLONE_NEWUSER | flag)


def _limits() -> bool:
    resource.setrlimit(resource.RLIMIT_NOFILE, (3, 3))
    return not _can_read("/dev/null")


def _capabilities() -> bool:
    leave_root()
    linux.drop_capabilities()
    with open("/proc/self/status", encoding="utf-8") as file:
        return "CapEff:\t0000000000000000\n" in file.read()


def _no_new_privs() -> bool:
    linux.prctl(linux.PR_SET_NO_NEW_PRIVS, 1)
    return linux.prctl(linux.PR_GET_NO_NEW_PRIVS) == 1


def _landlock() -> bool:
    linux.prctl(linux.PR_SET_NO_NEW_PRIVS, 1)
    landlock.restrict(["/dev/null"], [])
    return _can_read("/dev/null") and not _can_read("/proc/self/status")


def _seccomp() -> bool:
    linux.prctl(linux.PR_SET_NO_NEW_PRIVS, 1)
    seccomp.install(namespaces=False)
    return not _can_connect() and not _can_fork()


def _rehearse_namespaces(paths: Sequence[str], layers: Sequence[str]) -> bool:
    """Go all the way to a step's place, and look around there."""
    enter_namespaces(paths, layers)
    zygote = os.fork()
    if zygote == 0:
        _exit_with(lambda: _rehearse_job(paths, layers))
    return _exit_status(zygote) == 0


def _rehearse_job(paths: Sequence[str], layers: Sequence[str]) -> bool:
    isolate_job(namespaces=True, parent=0)
    step = fork_into_pid_namespace()
    if step == 0:
        _exit_with(lambda: _rehearse_step(paths, layers))
    return _exit_status(step) == 0


def _rehearse_step(paths: Sequence[str], layers: Sequence[str]) -> bool:
    isolate_step(namespaces=True, layers=layers, scratch=SCRATCH, paths=paths)
    return (
        os.getpid() == 1
        and not os.path.exists("/etc/passwd")
        and _has_walls()
        and not _can_enter_namespace()
    )


def _can_enter_namespace() -> bool:
    """Whether this process could still enter a user namespace, as root of which it may mount."""
    with contextlib.suppress(OSError):
        linux.unshare(linux.CLONE_NEWUSER)
        return True
    return False


def _rehearse_without(paths: Sequence[str], layers: Sequence[str]) -> bool:
    leave_root()
    os.listdir(os.path.dirname(os.__file__))  # it may be root's alone
    with tempfile.TemporaryDirectory() as scratch:
        step = os.fork()
        if step == 0:
            _exit_with(lambda: _rehearse_lone_step(paths, layers, scratch))
        return _exit_status(step) == 0


def _rehearse_lone_step(paths: Sequence[str], layers: Sequence[str], scratch: str) -> bool:
    isolate_step(namespaces=False, layers=layers, scratch=scratch, paths=paths)
    return not _can_read("/etc/passwd") and not _can_fork() and _has_walls()


def _has_walls() -> bool:
    with open("written", "w", encoding="utf-8") as file:
        file.write("x")
    return not _can_connect() and not _can_read(f"{tempfile.gettempdir()}/../etc/passwd")


def _can_read(path: str) -> bool:
    try:
        with open(path, "rb"):
            return True
    except OSError:
        return False


def _can_connect() -> bool:
    try:
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM).close()
    except OSError:
        return False
    return True


def _can_fork() -> bool:
    try:
        pid = os.fork()
    except OSError:
        return False
    if pid == 0:
        os._exit(0)
    os.waitpid(pid, 0)
    return True


def _exit_with(attempt: Callable[[], bool]) -> None:
    status = 1
    with contextlib.suppress(BaseException):
        status = 0 if attempt() else 1
    os._exit(status)


def verdict(layers: "dict[str, bool]") -> "tuple[bool, str]":
    """Whether these layers are enough to run hostile code, and why not."""
    if layers.get("namespaces") and layers.get("seccomp") and layers.get("no_new_privs"):
        return True, ""
    needed = ("landlock", "seccomp", "no_new_privs", "limits")
    missing = [name for name in needed if not layers.get(name)]
    if not missing and layers.get("without_namespaces"):
        return True, ""
    if sys.platform != "linux":
        return False, f"there is no sandbox for {sys.platform}"
    if missing:
        return False, f"no namespaces to be had, and without {', '.join(missing)}"
    return False, (
        "no namespaces to be had, and the layers that hold do not keep a step in "
        "(can an unprivileged user read the interpreter's files?)"
    )
