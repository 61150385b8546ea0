"""How one kind of server is started, and how to see that it works."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

from autovet.adapters.lsp.connection import Connection
from autovet.adapters.lsp.diagnostic import Diagnostic
from autovet.adapters.lsp.workspace import Workspace
from autovet.domain.document import Document

Inquire = Callable[
    [Connection, Mapping[str, Any], str, str, tuple[Diagnostic, ...]],
    Awaitable[tuple[Diagnostic, ...]],
]
"""Gets the connection, the server's capabilities, a URI, its text and its diagnostics."""


@dataclass(frozen=True, slots=True)
class ServerSpec:
    """The recipe for a server.

    Attributes:
        name: the engine.
        label: what tells this server from others of the engine, such as ``py311``.
        find_command: gives the command line; raises AnalyzerUnavailable where there is none.
        environment: the environment variables, all of them.
        directory: where it runs.
        options: the ``initializationOptions``.
        open_workspace: makes the workspace of a new process.
        canary: a document with a known fault; it shows that our configuration is in force,
            since a server drops a configuration that it dislikes without an error.
        canary_codes: exactly what the server must report for it.
        inquire: asks the server for more about an open document, given what it reported.
    """

    name: str
    label: str
    find_command: Callable[[], list[str]]
    environment: Mapping[str, str]
    directory: str
    options: Mapping[str, Any]
    open_workspace: Callable[[], Workspace]
    canary: Document
    canary_codes: frozenset[str]
    inquire: Inquire | None = None
