"""One zygote, seen from the service: its process, its control socket, and jobs handed to it."""

import array
import asyncio
import contextlib
import json
import os
import socket
import subprocess
import sys
from collections.abc import AsyncGenerator, Collection
from pathlib import Path

import msgspec

from autovet.adapters.sandbox.inside.wire import JOB, SIZE, WARM
from autovet.adapters.sandbox.libraries import wanted_libraries
from autovet.adapters.sandbox.running_job import PATIENCE_S, RunningJob, receive
from autovet.domain.errors import SandboxUnavailable
from autovet.domain.execution import Isolation, Job, StepOutcome

_BOOT = Path(__file__).parent / "inside" / "boot.py"
_ENVIRONMENT = {
    "LANG": "C.UTF-8",
    "PYTHONUTF8": "1",
    "PYTHONHASHSEED": "0",  # the order of a set must not differ from run to run
    "PYTHONSAFEPATH": "1",
    "OPENBLAS_NUM_THREADS": "1",  # a process with threads cannot enter a namespace
    "OMP_NUM_THREADS": "1",
    "MALLOC_ARENA_MAX": "2",
}
_START_S = 30.0
_STOP_S = 2.0
_HELLO_BYTES = 1 << 16


class ZygoteGone(Exception):  # noqa: N818 (reads as the state that it reports)
    """The zygote ended while a job was handed to it."""


class ZygoteProcess:
    """A running zygote.

    Attributes:
        isolation: which layers hold in it.
    """

    def __init__(self, process: subprocess.Popen[bytes], control: socket.socket) -> None:
        self._process = process
        self._control = control
        self.isolation = Isolation({}, isolated=False)
        self._warmed: set[str] = set()

    @classmethod
    async def start(
        cls, python: str, root: str | None, *, namespaces: bool, unisolated: bool
    ) -> "ZygoteProcess":
        """Start one, and wait until it is ready.

        Raises:
            SandboxUnavailable: it did not start, or may not run anything on this host.
        """
        settings = {
            "root": root,
            "namespaces": namespaces,
            "unisolated": unisolated,
            "parent": os.getpid(),
        }
        if not hasattr(os, "fork"):
            raise SandboxUnavailable(f"there is no sandbox for {sys.platform}")
        ours, theirs = socket.socketpair()
        with theirs:
            try:
                # Not in a worker thread: the death signal would come when that thread ends.
                process = subprocess.Popen(  # noqa: S603, ASYNC220 (the caller's interpreter; one vfork)
                    [python, "-s", "-B", str(_BOOT), json.dumps(settings)],
                    stdin=theirs.fileno(),
                    stdout=subprocess.DEVNULL,
                    stderr=subprocess.DEVNULL,
                    env=_ENVIRONMENT,
                    cwd="/",
                    start_new_session=True,
                )
            except OSError as error:
                ours.close()
                raise SandboxUnavailable(f"{python} did not start: {error}") from error
        ours.setblocking(False)
        zygote = cls(process, ours)
        try:
            await zygote._greet(python)
            may_run = zygote.isolation.isolated or unisolated
        except BaseException:
            await zygote.aclose()
            raise
        if not may_run:
            await zygote.aclose()
        return zygote

    async def _greet(self, python: str) -> None:
        try:
            async with asyncio.timeout(_START_S):
                (size,) = SIZE.unpack(await receive(self._control, SIZE.size))
                hello = await receive(self._control, min(size, _HELLO_BYTES))
            self.isolation = msgspec.json.decode(hello, type=Isolation)
        except (OSError, EOFError, msgspec.MsgspecError) as error:
            raise SandboxUnavailable(f"{python} did not become a sandbox: {error!r}") from error

    @property
    def pid(self) -> int:
        """The process id of the stub, whose children are the zygote and its jobs."""
        return self._process.pid

    @property
    def alive(self) -> bool:
        """Whether it can be handed a job."""
        if self._process.poll() is not None:
            return False
        try:
            return self._control.recv(1, socket.MSG_PEEK) != b""
        except BlockingIOError:
            return True  # it is there, and has nothing to say after its greeting
        except OSError:
            return False

    async def run(self, job: Job) -> tuple[StepOutcome, ...]:
        """Run the job's steps.

        Raises:
            ZygoteGone: the zygote ended.
            SandboxUnavailable: the walls could not be put up.
        """
        wanted = wanted_libraries(job) - self._warmed
        if wanted:
            self._warmed |= wanted  # also when this is cancelled: the zygote goes on
            await self._warm(wanted)
        async with self._handed_over(JOB) as ours:
            running = RunningJob(ours)
            try:
                outcomes = await running.outcomes(job)
            except (ConnectionError, EOFError):
                # The job's process was killed, as the kernel does where memory runs out.
                outcomes = tuple(StepOutcome("crashed") for _ in job.steps)
            finally:
                running.kill()
        if any(outcome.kind == "crashed" for outcome in outcomes):
            await self._still_there()
        return outcomes

    async def _still_there(self) -> None:
        """Tell a job's own end from the end of its zygote, which takes it along.

        Raises:
            ZygoteGone: it does not answer.
        """
        await self._warm(())

    async def _warm(self, names: Collection[str]) -> None:
        data = " ".join(names).encode()
        async with self._handed_over(WARM) as ours, asyncio.timeout(PATIENCE_S):
            loop = asyncio.get_running_loop()
            await loop.sock_sendall(ours, SIZE.pack(len(data)) + data)
            await receive(ours, 1)

    @contextlib.asynccontextmanager
    async def _handed_over(self, purpose: bytes) -> AsyncGenerator[socket.socket, None]:
        """Our end of a socket whose other end the zygote holds."""
        ours, theirs = socket.socketpair()
        with ours:
            ours.setblocking(False)
            try:
                with theirs:
                    await self._send(purpose, theirs)
                yield ours
            except (OSError, EOFError) as error:  # also one that somebody else has just closed
                raise ZygoteGone(str(error)) from error

    async def _send(self, purpose: bytes, connection: socket.socket) -> None:
        rights = [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", [connection.fileno()]))]
        while True:
            try:
                self._control.sendmsg([purpose], rights)
            except BlockingIOError:
                await asyncio.sleep(0.001)
            else:
                return

    async def aclose(self) -> None:
        """End it and all that it started; a second call does nothing."""
        self._control.close()
        if self._process.returncode is not None:
            return
        with contextlib.suppress(subprocess.TimeoutExpired):
            await asyncio.to_thread(self._process.wait, _STOP_S)
            return
        self._process.kill()
        await asyncio.to_thread(self._process.wait)
