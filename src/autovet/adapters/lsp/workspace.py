"""Where a server sees the documents."""

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from autovet.adapters.lsp.connection import Connection
from autovet.domain.document import Document


class Workspace(Protocol):
    """Gives each document a place for one server process; lives as long as the process."""

    @property
    def folders(self) -> Sequence[Path]:
        """The folders that the server is started with."""
        ...

    async def place(self, connection: Connection, document: Document) -> str:
        """Make the document's surroundings known to the server, and give it a URI.

        Raises:
            AnalyzerUnavailable: there is no such place.
        """
        ...

    async def tidy(self, connection: Connection) -> None:
        """Give back what the last batch needed."""
        ...

    async def aclose(self) -> None:
        """Remove what lies on disk."""
        ...
