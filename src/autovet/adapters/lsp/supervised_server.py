"""One server process at a time: started when needed, replaced when it fails or bloats."""

import asyncio
from collections.abc import Callable, Mapping
from typing import Any

import psutil

from autovet.adapters.lsp.circuit_breaker import CircuitBreaker
from autovet.adapters.lsp.connection import ConnectionLost, ServerRefusal
from autovet.adapters.lsp.server_spec import ServerSpec
from autovet.adapters.lsp.session import Session, StartFailure
from autovet.domain.errors import AnalyzerUnavailable
from autovet.domain.health import ComponentHealth

OnEvent = Callable[[str, str, Mapping[str, Any]], None]
"""Told of ``analyzer.started``, ``.crashed``, ``.timeout``, ``.recycled`` and ``.resting``."""


def ignore_event(kind: str, subject: str, detail: Mapping[str, Any]) -> None:
    """Nobody listens."""


class SupervisedServer:
    """Owns the process of one server and knows when not to start another."""

    def __init__(
        self,
        spec: ServerSpec,
        *,
        memory_cap_bytes: int,
        on_event: OnEvent,
        breaker: CircuitBreaker | None = None,
    ) -> None:
        """Start nothing yet."""
        self._spec = spec
        self._memory_cap_bytes = memory_cap_bytes
        self._on_event = on_event
        self._breaker = breaker or CircuitBreaker()
        self._session: Session | None = None
        self._retiring: set[asyncio.Task[None]] = set()
        self._starting = False
        self._starts = 0
        self._reason = ""

    async def session(self) -> Session:
        """The running server; one caller at a time.

        Raises:
            AnalyzerUnavailable: it is missing, does not start, or rests after failures.
        """
        if self._session is not None:
            if not self._session.connection.lost:
                return self._session
            await self.record_crash()
        if rest := self._breaker.rest_left_s:
            raise AnalyzerUnavailable(
                f"{self._spec.name} rests for {rest:.1f} s more after {self._breaker.failures}"
                f" failures in a row; the last: {self._reason}"
            )
        self._session = await self._start()
        return self._session

    async def record_crash(self) -> str:
        """Note that the process died under a request; gives the reason."""
        session, self._session = self._session, None
        if session is None:
            return self._reason
        await self._retire(session)
        self._fail("analyzer.crashed", session.connection.reason, session.connection.pid)
        return self._reason

    async def record_timeout(self, reason: str) -> None:
        """Kill a process that does not answer; the next request starts another."""
        session, self._session = self._session, None
        if session is not None:
            await self._retire(session)
            self._fail("analyzer.timeout", reason, session.connection.pid)

    def record_success(self) -> None:
        """Note that a request was answered."""
        self._breaker.record_success()
        self._reason = ""

    async def recycle_if_bloated(self) -> None:
        """End a process that holds more memory than the cap; the next request starts another."""
        session = self._session
        if session is None or session.connection.lost:
            return
        try:
            used = psutil.Process(session.connection.pid).memory_info().rss
        except psutil.Error:
            return  # it is gone, which the next request notices
        if used > self._memory_cap_bytes:
            self._session = None
            await self._retire(session)
            self._tell("analyzer.recycled", rss_bytes=used, cap_bytes=self._memory_cap_bytes)

    def health(self) -> ComponentHealth:
        """How it is."""
        session = self._session
        alive = session is not None and not session.connection.lost
        if self._starting:
            state = "starting"
        elif alive:
            state = "ready"
        elif self._breaker.rest_left_s:
            state = "resting"
        else:
            state = "failed" if self._reason or session is not None else "idle"
        return ComponentHealth(
            name=f"{self._spec.name}:{self._spec.label}",
            state=state,
            restarts=max(0, self._starts - 1),
            pid=session.connection.pid if session is not None and alive else None,
            reason=self._reason or (session.connection.reason if session else ""),
        )

    async def aclose(self) -> None:
        """End the process; a second call does nothing."""
        session, self._session = self._session, None
        if session is not None:
            await self._retire(session)
        if self._retiring:
            await asyncio.wait(self._retiring)

    async def _retire(self, session: Session) -> None:
        # In a task of its own, so that a cancelled caller leaves neither process nor files.
        task = asyncio.create_task(session.aclose())
        self._retiring.add(task)
        task.add_done_callback(self._retiring.discard)
        await asyncio.shield(task)

    async def _start(self) -> Session:
        self._starting = True
        try:
            session = await Session.open(self._spec)
        except AnalyzerUnavailable as error:
            self._reason = str(error)
            raise
        except TimeoutError:
            reason = "does not answer after its start"
        except (OSError, ConnectionLost, ServerRefusal, StartFailure) as error:
            reason = f"does not start: {error}"
        else:
            self._starts += 1
            self._tell("analyzer.started", pid=session.connection.pid, starts=self._starts)
            return session
        finally:
            self._starting = False
        self._fail("analyzer.crashed", reason, None)
        raise AnalyzerUnavailable(f"{self._spec.name} {reason}")

    def _fail(self, kind: str, reason: str, pid: int | None) -> None:
        self._reason = reason
        rest_s = self._breaker.record_failure()
        self._tell(kind, reason=reason, pid=pid)
        if rest_s:
            self._tell(
                "analyzer.resting", reason=reason, rest_s=rest_s, failures=self._breaker.failures
            )

    def _tell(self, kind: str, **detail: Any) -> None:
        self._on_event(kind, self._spec.name, {"server": self._spec.label, **detail})
