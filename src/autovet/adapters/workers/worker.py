"""One worker process, as the pool holds it."""

import asyncio
import contextlib
import os
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import Mapping

import msgspec

from autovet.adapters.workers.frames import (
    LENGTH_BYTES,
    InspectRequest,
    WorkerAnswer,
    pack,
    unpack_answer,
)
from autovet.domain.errors import AnalyzerTimeout, AnalyzerUnavailable

START_S = 60.0
_MAX_ANSWER = 64 * 2**20


class Worker:
    """Starts, talks to and kills one process; it serves one request at a time.

    Args:
        environment: variables that the process gets beside those of this one.
    """

    def __init__(self, environment: Mapping[str, str] | None = None) -> None:
        self._environment = dict(environment or {})
        self._process: Process | None = None
        self._starting = asyncio.Lock()

    @property
    def pid(self) -> int | None:
        """The process, while it lives."""
        alive = self._process is not None and self._process.returncode is None
        return self._process.pid if self._process and alive else None

    async def start(self) -> None:
        """Start the process unless it runs, and wait until it is ready.

        Raises:
            AnalyzerUnavailable: it did not come up.
            AnalyzerTimeout: it did not come up in time.
        """
        async with self._starting:
            if self.pid is None:
                await self._start()

    async def _start(self) -> None:
        environment = {k: v for k, v in os.environ.items() if k != "PYTHONSTARTUP"}
        environment |= self._environment
        self._process = await asyncio.create_subprocess_exec(
            sys.executable, "-P", "-s", "-m", "autovet.adapters.workers",
            stdin=PIPE, stdout=PIPE, env=environment, start_new_session=True,
        )  # fmt: skip
        try:
            await self.answer(START_S)
        except BaseException:
            await self.kill()
            raise

    async def ask(self, request: InspectRequest) -> None:
        """Send a request.

        Raises:
            AnalyzerUnavailable: the process is gone.
        """
        stream = self._process.stdin if self._process else None
        if stream is None:
            raise AnalyzerUnavailable("the worker is not running")
        try:
            stream.write(pack(request))
            await stream.drain()
        except (BrokenPipeError, ConnectionResetError) as error:
            raise AnalyzerUnavailable("the worker process is gone") from error

    async def answer(self, timeout_s: float) -> WorkerAnswer:
        """Wait for the next answer.

        Raises:
            AnalyzerUnavailable: the process died or answered garbage.
            AnalyzerTimeout: nothing came in time.
        """
        stream = self._process.stdout if self._process else None
        if stream is None:
            raise AnalyzerUnavailable("the worker is not running")
        try:
            async with asyncio.timeout(timeout_s):
                size = int.from_bytes(await stream.readexactly(LENGTH_BYTES), "big")
                if size > _MAX_ANSWER:
                    raise AnalyzerUnavailable("the worker answered garbage")
                body = await stream.readexactly(size)
            return unpack_answer(body)
        except TimeoutError as error:
            raise AnalyzerTimeout(f"no answer within {timeout_s:.1f} s") from error
        except (asyncio.IncompleteReadError, ConnectionResetError) as error:
            raise AnalyzerUnavailable("the worker process died on this input") from error
        except msgspec.DecodeError as error:
            raise AnalyzerUnavailable("the worker answered garbage") from error

    async def kill(self) -> None:
        """End the process at once and reap it."""
        process, self._process = self._process, None
        if process is None:
            return
        if process.stdin is not None:
            process.stdin.close()
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        try:
            await process.wait()
        except asyncio.CancelledError:
            await process.wait()  # it is dead; leaving now would leave a zombie
            raise
        # closing the pipes is the transport's business; give it the turn of the loop it needs
        await asyncio.sleep(0)
