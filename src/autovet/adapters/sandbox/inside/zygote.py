"""The process with the imports done: forks a job for each socket that it is handed."""

import contextlib
import os
import select
import shutil
import signal
import socket
from dataclasses import dataclass, field

from . import isolation, job, warming
from .wire import JOB, SIZE, WARM


@dataclass
class Walls:
    """How steps are kept in.

    Attributes:
        namespaces: whether jobs and steps get namespaces of their own.
        layers: the names of the layers that hold.
        paths: what a step may read of the host.
        scratch: where steps write; without namespaces, a directory to make theirs in.
        libraries: top-level names of modules that are loaded beyond the standard library.
    """

    namespaces: bool
    layers: "list[str]"
    paths: "list[str]"
    scratch: str
    libraries: "set[str]" = field(default_factory=set)


def serve(control: socket.socket, walls: Walls) -> None:
    """Fork jobs until the control socket closes; does not return."""
    signal.set_wakeup_fd(-1)
    children: dict[int, int] = {}  # what to wait on -> process
    poller = select.poll()
    poller.register(control, select.POLLIN)
    while True:
        # Without process descriptors, children are looked after in between.
        for descriptor, _ in poller.poll(None if hasattr(os, "pidfd_open") else 50):
            if descriptor == control.fileno():
                purpose, connection = _accept(control)
                if purpose == WARM:
                    _warm(connection, walls)
                    continue
                pid = _fork_job(connection, walls)
                watch = os.pidfd_open(pid) if hasattr(os, "pidfd_open") else -pid
                if watch >= 0:
                    poller.register(watch, select.POLLIN)
                    with contextlib.suppress(OSError):  # a service that left needs no answer
                        socket.send_fds(connection, [b"p"], [watch])
                else:
                    with contextlib.suppress(OSError):
                        connection.sendall(b"p")
                children[watch] = pid
                connection.close()
            else:
                poller.unregister(descriptor)
                _reap(children.pop(descriptor), walls)
                os.close(descriptor)
        for watch in [watch for watch in children if watch < 0]:
            if os.waitpid(-watch, os.WNOHANG)[0]:
                shutil.rmtree(job.scratch_of(children.pop(watch), walls.scratch), True)


def _accept(control: socket.socket) -> "tuple[bytes, socket.socket]":
    purpose, descriptors, _, _ = socket.recv_fds(control, 1, 1)
    if purpose not in (JOB, WARM) or len(descriptors) != 1:
        os._exit(0)  # the service is gone, and everything here ends with this process
    return purpose, socket.socket(fileno=descriptors[0])


def _warm(connection: socket.socket, walls: Walls) -> None:
    with connection, contextlib.suppress(OSError, EOFError):
        (size,) = SIZE.unpack(job.receive(connection, SIZE.size))
        names = job.receive(connection, size).decode().split()
        walls.libraries |= warming.import_libraries(names)
        connection.sendall(WARM)


def _fork_job(connection: socket.socket, walls: Walls) -> int:
    own = os.getpid()
    pid = isolation.fork_into_pid_namespace() if walls.namespaces else os.fork()
    if pid == 0:
        job.run(connection, walls, own)
    return pid


def _reap(pid: int, walls: Walls) -> None:
    os.waitpid(pid, 0)
    if not walls.namespaces:
        shutil.rmtree(job.scratch_of(pid, walls.scratch), ignore_errors=True)
