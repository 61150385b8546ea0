"""One job: forks its steps, lets one after the other go, and passes on what they wrote, unread.

It waits for its connection with its walls up, and its first steps wait with it: nothing of any
job is known to them before. It serves one connection and ends.
"""

import os
import select
import socket
import time
from collections import deque
from typing import TYPE_CHECKING

from . import isolation, step
from .step_process import Abandoned, StepProcess
from .wire import ANSWER_BYTES, ANSWERED, BROKEN, END, FRAME, REQUEST, STEP, TASK

if TYPE_CHECKING:
    from .zygote import Walls


READY_STEPS = 2
"""How many steps wait with a job: most have an example or none, and made-up calls."""
_IDLE_S = 0.002


def scratch_of(pid: int, base: str) -> str:
    """Where a job without namespaces keeps its steps' files."""
    return os.path.join(base, str(pid))


def run(door: socket.socket, walls: "Walls", parent: int) -> None:
    """Be a job until the steps of the connection that comes through the door are done.

    Does not return.
    """
    connection = door
    try:
        os.closerange(3, door.fileno())
        os.closerange(door.fileno() + 1, 1 << 16)
        ready, failure = _prepared(door, walls, parent)
        connection = _accepted(door)
        _check(failure)
        count, size, budget_s = REQUEST.unpack(receive(connection, REQUEST.size))
        shared = receive(connection, size)
        # All of them: whatever comes later says that nobody waits any more.
        tasks = [_task(connection) for _ in range(count)]
        _run_steps(connection, shared, tasks, budget_s, _Steps(ready, walls))
    except Abandoned:
        pass
    except BaseException as error:  # noqa: BLE001 (a child must never run on into its parent's code)
        message = f"{type(error).__name__}: {error}".encode("utf-8", "replace")
        try:
            _send(connection, BROKEN, (0.0, -1.0), message[:1000], b"")
        except OSError:
            os._exit(1)
    os._exit(0)


def _task(connection: socket.socket) -> "tuple[bytes, float]":
    size, limit_s = STEP.unpack(receive(connection, STEP.size))
    return receive(connection, size), limit_s


def _prepared(
    door: socket.socket, walls: "Walls", parent: int
) -> "tuple[deque[StepProcess], BaseException | None]":
    """The first steps behind their walls; or why there are none, to be told to who asks."""
    ready: deque[StepProcess] = deque()
    try:
        isolation.isolate_job(namespaces=walls.namespaces, parent=parent)
        if not walls.namespaces:
            walls.scratch = scratch_of(os.getpid(), walls.scratch)
            os.mkdir(walls.scratch, 0o700)
        ready.append(_fork_step(walls))
        # A job that is waited for already may have one step only.
        while len(ready) < READY_STEPS and not select.select([door], [], [], _IDLE_S)[0]:
            ready.append(_fork_step(walls))
    except OSError as error:
        return ready, error
    return ready, None


def _check(failure: "BaseException | None") -> None:
    if failure is not None:
        raise failure


def _accepted(door: socket.socket) -> socket.socket:
    with door:
        _, descriptors, _, _ = socket.recv_fds(door, 1, 1)
    if len(descriptors) != 1:
        raise Abandoned
    return socket.socket(fileno=descriptors[0])


def receive(connection: socket.socket, size: int) -> bytes:
    """Exactly ``size`` bytes; raises Abandoned (an EOFError)."""
    data = bytearray()
    while len(data) < size:
        chunk = connection.recv(min(size - len(data), 1 << 20))
        if not chunk:
            raise Abandoned
        data += chunk
    return bytes(data)


def _send(
    connection: socket.socket, how: int, ms: "tuple[float, float]", result: bytes, output: bytes
) -> None:
    connection.sendall(FRAME.pack(how, *ms, len(result), len(output)) + result + output)


class _Steps:
    """The steps that wait behind their walls, and those that are done."""

    def __init__(self, ready: "deque[StepProcess]", walls: "Walls") -> None:
        self._ready = ready
        self._walls = walls
        self._done: list[StepProcess] = []

    def keep_ready(self, wanted: int) -> None:
        """Have one ready where more are wanted than wait."""
        if wanted > 0 and not self._ready:
            self._ready.append(_fork_step(self._walls))

    def next(self) -> StepProcess:
        """One that waits."""
        self.keep_ready(1)
        return self._ready.popleft()

    def done(self, step: StepProcess) -> None:
        """Put aside one that has answered, and is held up; to end it now would hold up others."""
        while len(self._done) > 1:
            self._done.pop(0).close()
        self._done.append(step)

    def close(self) -> None:
        """End all."""
        for each in (*self._ready, *self._done):
            each.kill()
        for each in (*self._ready, *self._done):
            each.close()


def _run_steps(
    connection: socket.socket,
    shared: bytes,
    tasks: "list[tuple[bytes, float]]",
    budget_s: float,
    steps: _Steps,
) -> None:
    deadline = time.monotonic() + budget_s
    try:
        for index, (own, most_s) in enumerate(tasks):
            # Half of what is left, so that one endless step does not take the others' time.
            left_s = max(0.0, deadline - time.monotonic())
            limit_s = min(most_s, left_s if index + 1 == len(tasks) else left_s / 2)
            current = steps.next()
            started = time.monotonic()
            current.let_go(TASK.pack(len(shared), len(own), budget_s) + shared + own)
            # The next one puts up its walls meanwhile; it reads nothing before it is let go.
            steps.keep_ready(len(tasks) - index - 1)
            how = current.wait(connection, started + limit_s)
            elapsed_ms = (time.monotonic() - started) * 1000
            if how == ANSWERED:
                steps.done(current)
            else:
                current.close()
            how, result = _result(current, how)
            _send(connection, how, (elapsed_ms, current.cpu_ms), result, bytes(current.output))
    finally:
        steps.close()


def _result(ended: StepProcess, how: int) -> "tuple[int, bytes]":
    result = bytes(ended.result)
    if result.startswith(step.PREPARED):
        return how, result[len(step.PREPARED) :].removesuffix(END)[:ANSWER_BYTES]
    return (BROKEN if ended.status == step.SETUP_FAILED else how), result[:ANSWER_BYTES]


def _fork_step(walls: "Walls") -> StepProcess:
    ends, theirs = StepProcess.pipes()
    own = os.getpid()
    pid = isolation.fork_into_pid_namespace() if walls.namespaces else os.fork()
    if pid == 0:
        step.run(theirs, walls, own)
    for descriptor in theirs:
        os.close(descriptor)
    return StepProcess(pid, *ends)
