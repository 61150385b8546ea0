"""The servers of one engine: one per setting, the least used ones closed."""

import asyncio
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from autovet.adapters.lsp.batcher import Answer, Batcher
from autovet.adapters.lsp.latencies import percentile
from autovet.adapters.lsp.server_spec import ServerSpec
from autovet.adapters.lsp.supervised_server import OnEvent, SupervisedServer
from autovet.domain.document import Document
from autovet.domain.errors import AnalyzerUnavailable
from autovet.domain.health import ComponentHealth

_MOST_SERVERS = 3
_WORST_FIRST = ("failed", "resting", "starting", "ready", "idle")

Key = TypeVar("Key")


@dataclass(frozen=True, slots=True)
class _Member:
    server: SupervisedServer
    batcher: Batcher

    async def aclose(self) -> None:
        await self.batcher.aclose()
        await self.server.aclose()


class ServerPool(Generic[Key]):
    """Gives each key its server and keeps the three that were used last."""

    def __init__(
        self,
        name: str,
        spec_of: Callable[[Key], ServerSpec],
        *,
        memory_cap_bytes: int,
        on_event: OnEvent,
    ) -> None:
        """Start nothing yet; ``spec_of`` says how the server of a key is started."""
        self._name = name
        self._spec_of = spec_of
        self._memory_cap_bytes = memory_cap_bytes
        self._on_event = on_event
        self._members: OrderedDict[Key, _Member] = OrderedDict()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._closed = False

    async def ask(self, key: Key, document: Document, timeout_s: float) -> Answer:
        """Get a document's diagnostics from the server of ``key``.

        Raises:
            AnalyzerUnavailable: the server is missing, crashed, or rests.
            AnalyzerTimeout: no answer within ``timeout_s`` seconds.
        """
        await self._make_room(key)
        # Nothing is awaited from here until the question waits, so nobody can close the server.
        return await self._member(key).batcher.ask(document, timeout_s)

    def health(self) -> ComponentHealth:
        """How the servers are together: the worst state, and each for itself in ``detail``."""
        parts = [member.server.health() for member in self._members.values()]
        worst = min(parts, key=lambda part: _WORST_FIRST.index(part.state), default=None)
        answered = tuple(ms for m in self._members.values() for ms in m.batcher.latencies.latest)
        return ComponentHealth(
            name=self._name,
            state=worst.state if worst else "idle",
            restarts=sum(part.restarts for part in parts),
            pid=next((part.pid for part in reversed(parts) if part.pid), None),
            reason=worst.reason if worst else "",
            detail={
                "latency_ms": {
                    "p50": percentile(answered, 0.5),
                    "p95": percentile(answered, 0.95),
                    "answers": sum(m.batcher.latencies.count for m in self._members.values()),
                },
                "servers": [
                    {"name": p.name, "state": p.state, "pid": p.pid, "restarts": p.restarts}
                    for p in parts
                ],
            },
        )

    async def aclose(self) -> None:
        """Close all servers for good; a second call does nothing."""
        self._closed = True
        members, self._members = self._members, OrderedDict()
        if self._loop is asyncio.get_running_loop():
            closing = [member.aclose() for member in members.values()]
            await asyncio.gather(*closing, return_exceptions=True)

    def _member(self, key: Key) -> _Member:
        if self._closed:
            raise AnalyzerUnavailable(f"{self._name} was closed")
        loop = asyncio.get_running_loop()
        if loop is not self._loop:
            # The processes of an earlier event loop ended with it: their tasks were cancelled.
            self._members.clear()
            self._loop = loop
        if key not in self._members:
            server = SupervisedServer(
                self._spec_of(key),
                memory_cap_bytes=self._memory_cap_bytes,
                on_event=self._on_event,
            )
            self._members[key] = _Member(server, Batcher(server))
        self._members.move_to_end(key)
        return self._members[key]

    async def _make_room(self, key: Key) -> None:
        # Busy servers stay, so there may be more than three for a while.
        for other, member in list(self._members.items()):
            if key in self._members or len(self._members) < _MOST_SERVERS:
                return
            if not member.batcher.busy and self._members.pop(other, None) is not None:
                await member.aclose()
