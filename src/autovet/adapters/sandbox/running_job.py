"""One job, seen from the service."""

import asyncio
import contextlib
import json
import math
import os
import signal
import socket
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec

from autovet.adapters.sandbox.answer import read_outcome
from autovet.adapters.sandbox.inside.wire import (
    ANSWER_BYTES,
    BROKEN,
    FRAME,
    OUTPUT_BYTES,
    REQUEST,
    STEP,
)
from autovet.domain.errors import SandboxUnavailable
from autovet.domain.execution import Job, StepOutcome

PATIENCE_S = 30.0
"""How long a zygote may be busy (importing) before it takes up a job."""
_GRACE_S = 0.15


class RunningJob:
    """The service's end of a job."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        self._pidfd = -1

    async def outcomes(self, job: Job) -> tuple[StepOutcome, ...]:
        """Send the job and collect its answers."""
        outcomes: list[StepOutcome] = []
        async with asyncio.timeout(PATIENCE_S):
            await self._taken_up()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(job.budget_s + _GRACE_S):
                await self._send(job)
                while len(outcomes) < len(job.steps):
                    code = job.steps[len(outcomes)].code
                    text = job.code if code is None else code
                    outcomes.append(await self._next_outcome(text.count("\n") + 1))
        # Only a job that hangs itself gets here with answers missing.
        missing = len(job.steps) - len(outcomes)
        return (*outcomes, *(StepOutcome("timeout") for _ in range(missing)))

    async def _taken_up(self) -> None:
        """Wait until the job is a process, and take hold of it."""
        await _readable(self._connection)
        message, descriptors, _, _ = socket.recv_fds(self._connection, 1, 1)
        if not message:
            raise EOFError("the zygote closed the connection")
        if descriptors:
            self._pidfd = descriptors[0]

    async def _send(self, job: Job) -> None:
        loop = asyncio.get_running_loop()
        shared, *own = map(_encoded, _parts(job))
        header = REQUEST.pack(len(job.steps), len(shared), job.budget_s)
        limits = (math.inf if s.limit_s is None else s.limit_s for s in job.steps)
        steps = b"".join(STEP.pack(len(o), s) + o for o, s in zip(own, limits, strict=True))
        await loop.sock_sendall(self._connection, header + shared + steps)

    async def _next_outcome(self, lines: int) -> StepOutcome:
        frame = await receive(self._connection, FRAME.size)
        how, elapsed_ms, cpu_ms, result_size, output_size = FRAME.unpack(frame)
        if result_size > ANSWER_BYTES or output_size > OUTPUT_BYTES:
            raise EOFError("an answer larger than a job may send")
        result = await receive(self._connection, result_size)
        output = await receive(self._connection, output_size)
        if how == BROKEN:
            reason = result.decode("utf-8", "replace")
            raise SandboxUnavailable(f"a layer that held before was refused: {reason}")
        outcome = read_outcome(how, elapsed_ms, result, output, lines=lines)
        return replace(outcome, cpu_ms=cpu_ms) if cpu_ms >= 0 else outcome

    def kill(self) -> None:
        """End the job and everything in its process namespace."""
        if self._pidfd < 0:
            return
        if sys.platform == "linux":
            with contextlib.suppress(OSError):  # it has ended by itself
                signal.pidfd_send_signal(self._pidfd, signal.SIGKILL)
        os.close(self._pidfd)
        self._pidfd = -1


def resolved_root(job: Job) -> str | None:
    """Where the job's directory really lies, which is also where a step sees it."""
    return None if job.root is None else str(Path(job.root).resolve())


def _parts(job: Job) -> Iterator[dict[str, Any]]:
    """What all steps share, and what each has of its own: none sees another's."""
    yield {
        "code": job.code,
        "path": job.path,
        "files": dict(job.files),
        "root": resolved_root(job),
    }
    for step in job.steps:
        yield {
            "expression": step.expression,
            "setup": step.setup,
            "check": step.check,
            "calls": step.calls,
            "call_cpu_s": step.call_cpu_s,
            "calls_s": step.calls_s,
            "code": step.code,
        }


def _encoded(part: dict[str, Any]) -> bytes:
    try:
        return msgspec.json.encode(part)
    except UnicodeEncodeError:  # lone surrogates, which only the slower one can carry
        return json.dumps(part).encode()


async def _readable(connection: socket.socket) -> None:
    loop = asyncio.get_running_loop()
    ready: asyncio.Future[None] = loop.create_future()
    loop.add_reader(connection, _finish, ready)
    try:
        await ready
    finally:
        loop.remove_reader(connection)


def _finish(ready: asyncio.Future[None]) -> None:
    if not ready.done():
        ready.set_result(None)


async def receive(connection: socket.socket, size: int) -> bytes:
    """Exactly ``size`` bytes; raises EOFError or OSError."""
    loop = asyncio.get_running_loop()
    data = bytearray()
    while len(data) < size:
        chunk = await loop.sock_recv(connection, min(size - len(data), 1 << 16))
        if not chunk:
            raise EOFError("the other side closed the connection")
        data += chunk
    return bytes(data)
