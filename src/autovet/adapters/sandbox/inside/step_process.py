"""A step, seen from its job: its process and the pipes to and from it."""

import contextlib
import os
import select
import signal
import socket
import time

from .wire import ANSWER_BYTES, ANSWERED, CRASHED, END, OUTPUT_BYTES, TIMEOUT

_CHUNK = 1 << 16
_ROOM = ANSWER_BYTES + 2  # its first and its last byte are not the answer's
_POLL_WITHOUT_PIDFD_MS = 5

Three = tuple[int, int, int]


class Abandoned(EOFError):  # noqa: N818 (reads as the state that it reports)
    """Nobody waits for this job any more."""


class StepProcess:
    """Reads what the step writes, up to a bound, and ends it.

    Attributes:
        status: its exit status, negative for a signal; -1 while it runs.
        cpu_ms: the processor time that it had used when it was ended; -1 before.
        result: what it answered; nothing in it is trusted.
        output: what it printed.
    """

    def __init__(self, pid: int, go: int, output: int, result: int) -> None:
        self.status = -1
        self.cpu_ms = -1.0
        self.result = bytearray()
        self.output = bytearray()
        self._pid = pid
        self._go = go
        self._reaped = False
        self._buffers = {
            output: (self.output, OUTPUT_BYTES),
            result: (self.result, _ROOM),
        }
        self._pidfd = os.pidfd_open(pid) if hasattr(os, "pidfd_open") else -1

    @staticmethod
    def pipes() -> "tuple[Three, Three]":
        """The job's and the step's ends of: the task, the output, the result."""
        go_read, go = os.pipe()
        output, output_write = os.pipe()
        result, result_write = os.pipe()
        os.set_blocking(output, False)
        os.set_blocking(result, False)
        return (go, output, result), (go_read, output_write, result_write)

    def let_go(self, task: bytes) -> None:
        """Let it read its text."""
        left = memoryview(task)
        with contextlib.suppress(BrokenPipeError):  # it ended already; waiting will tell
            while left:
                left = left[os.write(self._go, left) :]

    def wait(self, connection: socket.socket, deadline: float) -> int:
        """Read on until it has answered, or ended, or its time is up, and say which.

        An answer counts as soon as it is whole: the end of a process with namespaces takes long.

        Raises:
            Abandoned: ``connection`` was closed.
        """
        poller = select.poll()
        poller.register(connection, select.POLLIN)
        for descriptor in (*self._buffers, *([self._pidfd] if self._pidfd >= 0 else [])):
            poller.register(descriptor, select.POLLIN)
        while not self._has_answered() and not self._has_ended():
            left_ms = (deadline - time.monotonic()) * 1000
            if left_ms <= 0:
                return TIMEOUT
            if self._pidfd < 0:
                left_ms = min(left_ms, _POLL_WITHOUT_PIDFD_MS)
            for descriptor, _ in poller.poll(left_ms):
                if descriptor == connection.fileno():
                    raise Abandoned
                if descriptor in self._buffers and self._read(descriptor) == b"":
                    poller.unregister(descriptor)
        for descriptor, (buffer, limit) in self._buffers.items():
            while len(buffer) < limit and self._read(descriptor):
                pass
        return ANSWERED if self._has_answered() else CRASHED

    def _has_answered(self) -> bool:
        return self.result.endswith(END)

    def _read(self, descriptor: int) -> "bytes | None":
        """Read once and keep what fits; None where nothing is there now."""
        try:
            data = os.read(descriptor, _CHUNK)
        except BlockingIOError:
            return None
        buffer, limit = self._buffers[descriptor]
        buffer += data[: max(0, limit - len(buffer))]
        return data

    def _has_ended(self) -> bool:
        pid, status = os.waitpid(self._pid, os.WNOHANG)
        if pid:
            self._reaped = True
            self.status = os.waitstatus_to_exitcode(status)
        return self._reaped

    def kill(self) -> None:
        """End it, if it still runs, without waiting for that."""
        with contextlib.suppress(OSError):  # without a namespace: what it forked
            os.killpg(self._pid, signal.SIGKILL)
        if not self._reaped:
            with contextlib.suppress(OSError):
                os.kill(self._pid, signal.SIGKILL)

    def close(self) -> None:
        """Kill what still runs, and reap it."""
        self.kill()
        if not self._reaped:
            used = os.wait4(self._pid, 0)[2]
            self.cpu_ms = (used.ru_utime + used.ru_stime) * 1000
            self._reaped = True
        for descriptor in (self._go, *self._buffers, self._pidfd):
            if descriptor >= 0:
                os.close(descriptor)
