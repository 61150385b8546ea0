"""One job: forks its steps, lets one after the other go, and passes on what they wrote, unread."""

import os
import socket
import time
from typing import TYPE_CHECKING

from . import isolation, step
from .step_process import Abandoned, StepProcess
from .wire import BROKEN, FRAME, REQUEST

if TYPE_CHECKING:
    from .zygote import Walls


def scratch_of(pid: int, base: str) -> str:
    """Where a job without namespaces keeps its steps' files."""
    return os.path.join(base, str(pid))


def run(connection: socket.socket, walls: "Walls", parent: int) -> None:
    """Be a job until its steps are done; does not return."""
    try:
        os.closerange(3, connection.fileno())
        os.closerange(connection.fileno() + 1, 1 << 16)
        isolation.isolate_job(namespaces=walls.namespaces, parent=parent)
        if not walls.namespaces:
            walls.scratch = scratch_of(os.getpid(), walls.scratch)
            os.mkdir(walls.scratch, 0o700)
        count, size, budget_s = REQUEST.unpack(receive(connection, REQUEST.size))
        _run_steps(connection, receive(connection, size), count, budget_s, walls)
    except Abandoned:
        pass
    except BaseException as error:  # noqa: BLE001 (a child must never run on into its parent's code)
        message = f"{type(error).__name__}: {error}".encode("utf-8", "replace")
        try:
            _send(connection, BROKEN, 0.0, message[:1000], b"")
        except OSError:
            os._exit(1)
    os._exit(0)


def receive(connection: socket.socket, size: int) -> bytes:
    """Exactly ``size`` bytes; raises Abandoned (an EOFError)."""
    data = bytearray()
    while len(data) < size:
        chunk = connection.recv(min(size - len(data), 1 << 20))
        if not chunk:
            raise Abandoned
        data += chunk
    return bytes(data)


def _send(connection: socket.socket, how: int, ms: float, result: bytes, output: bytes) -> None:
    connection.sendall(FRAME.pack(how, ms, len(result), len(output)) + result + output)


def _run_steps(
    connection: socket.socket, payload: bytes, count: int, budget_s: float, walls: "Walls"
) -> None:
    deadline = time.monotonic() + budget_s
    current = _fork_step(payload, 0, budget_s, walls)
    for index in range(count):
        # Half of what is left, so that one endless step does not take the others' time.
        left_s = max(0.0, deadline - time.monotonic())
        current.let_go()
        started = time.monotonic()
        # The next one puts up its walls meanwhile; it reads nothing before it is let go.
        coming = _fork_step(payload, index + 1, budget_s, walls) if index + 1 < count else None
        try:
            limit_s = left_s if coming is None else left_s / 2
            how = current.wait(connection, started + limit_s)
        finally:
            current.close()
        elapsed_ms = (time.monotonic() - started) * 1000
        result = bytes(current.result)
        if result.startswith(step.PREPARED):
            result = result[1:]
        elif current.status == step.SETUP_FAILED:
            how = BROKEN
        _send(connection, how, elapsed_ms, result, bytes(current.output))
        if coming is not None:
            current = coming


def _fork_step(payload: bytes, index: int, budget_s: float, walls: "Walls") -> StepProcess:
    ends, theirs = StepProcess.pipes()
    own = os.getpid()
    pid = isolation.fork_into_pid_namespace() if walls.namespaces else os.fork()
    if pid == 0:
        step.run(payload, index, theirs, walls, (budget_s, own))
    for descriptor in theirs:
        os.close(descriptor)
    return StepProcess(pid, *ends)
