"""A JSON-RPC connection to a server process that we own."""

import asyncio
import contextlib
import itertools
import os
import signal
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from autovet.adapters.lsp.framing import MalformedMessage, encode, read_message

_METHOD_NOT_FOUND = -32601
_READ_LIMIT = 64 * 1024
_CLOSE_GRACE_S = 2.0
_KILL = getattr(signal, "SIGKILL", signal.SIGTERM)
_NO_METHOD = "$/alive"  # whatever begins so and is unknown must be refused, which is an answer

AnswerRequest = Callable[[str, Any], Any]
"""Answers a request of the server; raises LookupError for a method that it does not know."""


class ConnectionLost(Exception):  # noqa: N818 (reads as what it reports)
    """The process ended, or what it sent is no protocol."""


class ServerRefusal(Exception):  # noqa: N818 (reads as what it reports)
    """The server answered a request with an error."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(f"{message} ({code})")
        self.code = code


class Connection:
    """One server process with the requests that it still owes us.

    One task owns the process: it reads until the end, and whichever way it ends (the server's
    death, garbage, cancellation together with the event loop) it kills, reaps and fails what is
    pending. So no process outlives its connection.
    """

    def __init__(self, process: asyncio.subprocess.Process, answer: AnswerRequest) -> None:
        """Take over a process with all three streams piped; see ``open``."""
        if process.stdin is None or process.stdout is None or process.stderr is None:
            raise ValueError("the process needs pipes on all three streams")
        self._process = process
        self._stdin, self._stdout, self._stderr = process.stdin, process.stdout, process.stderr
        self._answer = answer
        self._ids = itertools.count(1)
        self._pending: dict[int, asyncio.Future[Any]] = {}
        self._stderr_tail: deque[bytes] = deque(maxlen=8)
        self._reason = ""
        self._closing = False
        self._killed = False
        self.received = 0  # messages so far
        self._owner = asyncio.create_task(self._own(), name=f"lsp-{process.pid}")

    @classmethod
    async def open(
        cls,
        command: Sequence[str],
        *,
        environment: Mapping[str, str],
        directory: str,
        answer: AnswerRequest,
    ) -> "Connection":
        """Start the server process.

        Raises:
            OSError: the executable cannot be started.
        """
        pipe = asyncio.subprocess.PIPE
        process = await asyncio.create_subprocess_exec(
            *command,
            stdin=pipe,
            stdout=pipe,
            stderr=pipe,
            env=dict(environment),
            cwd=directory,
            limit=_READ_LIMIT,
        )
        return cls(process, answer)

    @property
    def pid(self) -> int:
        """The process id."""
        return self._process.pid

    @property
    def lost(self) -> bool:
        """Whether the connection has ended."""
        return bool(self._reason) or self._owner.done()

    @property
    def reason(self) -> str:
        """Why it ended, with the last words on stderr; empty while it lives."""
        words = b"".join(self._stderr_tail).decode(errors="replace").strip()
        last = words.splitlines()[-1][:200] if words else ""
        return f"{self._reason}: {last}" if self._reason and last else self._reason

    def notify(self, method: str, params: Mapping[str, Any]) -> None:
        """Send a notification.

        Raises:
            ConnectionLost: the server is gone.
            UnicodeEncodeError: a text cannot be encoded as UTF-8.
        """
        self._send({"jsonrpc": "2.0", "method": method, "params": params})

    async def request(self, method: str, params: Mapping[str, Any] | None) -> Any:
        """Send a request and wait for its result, without a deadline of its own.

        Raises:
            ConnectionLost: the server is gone or went before it answered.
            ServerRefusal: the server answered with an error.
        """
        number = next(self._ids)
        future: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self._pending[number] = future
        message: dict[str, Any] = {"jsonrpc": "2.0", "id": number, "method": method}
        try:
            self._send(message if params is None else message | {"params": params})
            return await future
        finally:
            self._pending.pop(number, None)

    def poke(self) -> None:
        """Send what a living server answers at once; the answer only counts as received."""
        with contextlib.suppress(ConnectionLost):
            self._send({"jsonrpc": "2.0", "id": next(self._ids), "method": _NO_METHOD})

    def kill(self) -> None:
        """End the process at once; what is pending fails as soon as it is gone."""
        if self._killed or self._process.returncode is not None:
            return
        self._killed = True
        # Not `Process.kill`, which may reap the process before the event loop does.
        with contextlib.suppress(ProcessLookupError):
            os.kill(self._process.pid, _KILL)

    async def aclose(self) -> None:
        """Kill and reap the process; a second call does nothing."""
        self._closing = True
        self.kill()
        _, late = await asyncio.wait([self._owner], timeout=2 * _CLOSE_GRACE_S)
        for owner in late:  # something else holds the pipes open
            owner.cancel()

    def _send(self, message: Mapping[str, Any]) -> None:
        if self.lost or self._stdin.is_closing():
            raise ConnectionLost(self.reason or "the server has ended")
        self._stdin.write(encode(message))

    async def _own(self) -> None:
        errors = asyncio.create_task(self._drain_stderr())
        try:
            await self._read()
        except MalformedMessage as error:
            self._reason = f"the server broke the protocol: {error}"
        finally:
            self.kill()
            await self._reap(errors)

    async def _reap(self, errors: asyncio.Task[None]) -> None:
        self._stdin.close()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_CLOSE_GRACE_S):
                while await self._stdout.read(_READ_LIMIT):
                    pass
                await asyncio.wait([errors])
        errors.cancel()
        status = await self._process.wait()
        ended = "it was closed" if self._closing else f"the server ended with status {status}"
        self._reason = self._reason or ended
        for future in self._pending.values():
            if not future.done():
                future.set_exception(ConnectionLost(self.reason))

    async def _read(self) -> None:
        while (message := await read_message(self._stdout)) is not None:
            self.received += 1
            if "method" not in message:
                self._settle(message)
            elif "id" in message:
                self._reply(message["id"], message["method"], message.get("params"))

    async def _drain_stderr(self) -> None:
        while chunk := await self._stderr.read(4096):
            self._stderr_tail.append(chunk)

    def _settle(self, message: Mapping[str, Any]) -> None:
        future = self._pending.get(message.get("id", 0))
        if future is None or future.done():
            return  # the caller gave up meanwhile
        error = message.get("error")
        if isinstance(error, dict):
            code = error.get("code", 0)
            future.set_exception(ServerRefusal(code, str(error.get("message", "refused"))))
        else:
            future.set_result(message.get("result"))

    def _reply(self, number: Any, method: str, params: Any) -> None:
        reply: dict[str, Any] = {"jsonrpc": "2.0", "id": number}
        try:
            reply["result"] = self._answer(method, params)
        except LookupError:
            reply["error"] = {"code": _METHOD_NOT_FOUND, "message": f"no method {method}"}
        with contextlib.suppress(ConnectionLost):
            self._send(reply)
