"""What every analyzer behind warm servers has in common."""

from abc import ABC, abstractmethod
from collections.abc import Hashable
from functools import cached_property
from importlib.metadata import PackageNotFoundError
from importlib.metadata import version as installed_version
from typing import ClassVar, Generic, TypeVar

from autovet.adapters.lsp.rule_table import RuleTable
from autovet.adapters.lsp.server_pool import ServerPool
from autovet.adapters.lsp.server_spec import ServerSpec
from autovet.adapters.lsp.supervised_server import OnEvent
from autovet.domain.document import Document
from autovet.domain.finding import Finding
from autovet.domain.health import ComponentHealth
from autovet.domain.rule import Rule

Key = TypeVar("Key", bound=Hashable)
_START_S = 30.0


class ServedAnalyzer(ABC, Generic[Key]):
    """An engine with a table of its rules and one warm server for each key.

    Attributes:
        name: the engine's name, which is that of its distribution and of our package for it.
    """

    name: ClassVar[str]

    def __init__(self, *, on_event: OnEvent, memory_cap_bytes: int) -> None:
        """Start nothing yet; a server above ``memory_cap_bytes`` is replaced."""
        self._table = RuleTable.load(f"autovet.adapters.{self.name}", self.name)
        self._pool = ServerPool[Key](
            self.name, self._spec, memory_cap_bytes=memory_cap_bytes, on_event=on_event
        )

    @cached_property
    def version(self) -> str:
        """The installed version of the engine."""
        try:
            return installed_version(self.name)
        except PackageNotFoundError:
            return "unknown"

    def rules(self) -> tuple[Rule, ...]:
        """The rules that it can report."""
        return self._table.rules

    async def warm(self, python: str | None = None, environment: str | None = None) -> None:
        """Start the server for a Python version and an environment.

        Raises:
            AnalyzerError: it does not start.
        """
        document = Document("warm.py", "", environment=environment, python=python)
        await self.analyze(document, _START_S)

    @abstractmethod
    async def analyze(self, document: Document, timeout_s: float) -> tuple[Finding, ...]:
        """Report findings; see ``Analyzer.analyze``."""

    def health(self) -> ComponentHealth:
        """How the servers are."""
        return self._pool.health()

    async def aclose(self) -> None:
        """Stop the servers."""
        await self._pool.aclose()

    @abstractmethod
    def _spec(self, key: Key) -> ServerSpec:
        """How the server for a key is started."""
