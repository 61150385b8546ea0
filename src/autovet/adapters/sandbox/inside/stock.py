"""Jobs that wait with their walls up, so that nobody has to wait for the walls."""

import contextlib
import os
import shutil
import signal
import socket
from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING

from . import isolation, job

if TYPE_CHECKING:
    from .zygote import Walls

_HANDED = b"c"


@dataclass(eq=False)
class Child:
    """A job's process.

    Attributes:
        watch: its process descriptor; minus its process id where there are none.
        door: where its connection is handed to it.
    """

    pid: int
    watch: int
    door: socket.socket

    def hand_over(self, connection: socket.socket) -> bool:
        """Let it serve this connection; whether it could still take it."""
        with self.door:
            try:
                socket.send_fds(self.door, [_HANDED], [connection.fileno()])
            except OSError:
                return False
        return True


class Stock:
    """The children of a zygote: those that wait, each for one connection, and those at work."""

    def __init__(self, walls: "Walls", size: int) -> None:
        self._walls = walls
        self._size = size
        self._waiting: deque[Child] = deque()
        self._children: dict[int, Child] = {}

    @property
    def short(self) -> bool:
        """Whether more could wait."""
        return len(self._waiting) < self._size

    @property
    def watched(self) -> "list[int]":
        """What to look after by process id, where there are no process descriptors."""
        return [watch for watch in self._children if watch < 0]

    def add(self) -> Child:
        """Fork one more, which waits."""
        ours, theirs = socket.socketpair()
        own = os.getpid()
        pid = isolation.fork_into_pid_namespace() if self._walls.namespaces else os.fork()
        if pid == 0:
            job.run(theirs, self._walls, own)
        theirs.close()
        watch = os.pidfd_open(pid) if hasattr(os, "pidfd_open") else -pid
        child = Child(pid, watch, ours)
        self._children[watch] = child
        self._waiting.append(child)
        return child

    def take(self) -> Child:
        """One that waits, for one connection and no other."""
        return self._waiting.popleft()

    @property
    def empty(self) -> bool:
        """Whether none waits."""
        return not self._waiting

    def discard(self) -> None:
        """End all that wait: they know less than a new one would."""
        while self._waiting:
            child = self._waiting.popleft()
            child.door.close()
            with contextlib.suppress(OSError):
                os.kill(child.pid, signal.SIGKILL)

    def reap(self, watch: int, *, wait: bool) -> bool:
        """Clear away one that has ended; whether it has."""
        child = self._children[watch]
        if not os.waitpid(child.pid, 0 if wait else os.WNOHANG)[0]:
            return False
        del self._children[watch]
        if child in self._waiting:
            self._waiting.remove(child)
            child.door.close()
        if watch >= 0:
            os.close(watch)
        if not self._walls.namespaces:
            shutil.rmtree(job.scratch_of(child.pid, self._walls.scratch), ignore_errors=True)
        return True
