"""A running server that has shown that it works."""

import asyncio
import os
from collections.abc import Mapping
from typing import Any

from autovet.adapters.lsp.connection import Connection, ServerRefusal
from autovet.adapters.lsp.diagnostic import ENCODINGS, Diagnostic, read_diagnostics
from autovet.adapters.lsp.server_spec import Inquire, ServerSpec
from autovet.adapters.lsp.workspace import Workspace
from autovet.domain.document import Document

_SERVER_CANCELLED = -32802
_START_GRACE_S = 20.0
_EMPTY_ANSWERS = frozenset(
    {
        "client/registerCapability",
        "client/unregisterCapability",
        "window/workDoneProgress/create",
        "window/showMessageRequest",
        "workspace/diagnostic/refresh",
        "workspace/inlayHint/refresh",
        "workspace/semanticTokens/refresh",
    }
)


class StartFailure(Exception):  # noqa: N818 (reads as what it reports)
    """The server started but does not work as it must."""


class Session:
    """A connection, the workspace behind it, and how the two talk about positions."""

    def __init__(
        self,
        connection: Connection,
        workspace: Workspace,
        capabilities: Mapping[str, Any],
        inquire: Inquire | None = None,
    ) -> None:
        """Hold an initialized connection; see ``open``."""
        self.connection = connection
        self.workspace = workspace
        self._capabilities = capabilities
        self._encoding = str(capabilities["positionEncoding"])
        self._inquire = inquire

    @classmethod
    async def open(cls, spec: ServerSpec) -> "Session":
        """Start a server, initialize it and show it the canary.

        Raises:
            AnalyzerUnavailable: there is no executable.
            OSError: it cannot be started.
            ConnectionLost, ServerRefusal, StartFailure: it does not work.
            TimeoutError: it does not answer.
        """
        command = spec.find_command()
        workspace = spec.open_workspace()
        connection: Connection | None = None
        try:
            connection = await Connection.open(
                command,
                environment=spec.environment,
                directory=spec.directory,
                answer=_answer,
            )
            async with asyncio.timeout(_START_GRACE_S):
                capabilities = await _initialize(connection, spec, workspace)
                session = cls(connection, workspace, capabilities, spec.inquire)
                await session._show_canary(spec)
        except BaseException:
            if connection is not None:
                await connection.aclose()
            await workspace.aclose()
            raise
        return session

    async def place(self, document: Document) -> str:
        """Find a place for a document, and give its URI.

        Raises:
            AnalyzerUnavailable: there is no place for it.
            ConnectionLost: the server is gone.
        """
        return await self.workspace.place(self.connection, document)

    def open_document(self, uri: str, text: str) -> None:
        """Show a document to the server.

        Raises:
            UnicodeEncodeError: the text cannot be encoded.
            ConnectionLost: the server is gone.
        """
        item = {"uri": uri, "languageId": "python", "version": 1, "text": text}
        self.connection.notify("textDocument/didOpen", {"textDocument": item})

    async def pull(self, uri: str, text: str) -> tuple[Diagnostic, ...]:
        """Ask for the diagnostics of an open document.

        Raises:
            ConnectionLost: the server is gone.
            ServerRefusal: it refuses.
        """
        params = {"textDocument": {"uri": uri}}
        try:
            report = await self.connection.request("textDocument/diagnostic", params)
        except ServerRefusal as refusal:
            if refusal.code != _SERVER_CANCELLED:
                raise
            report = await self.connection.request("textDocument/diagnostic", params)
        try:
            found = read_diagnostics(report, text, self._encoding)
        except ValueError as error:
            raise ServerRefusal(0, str(error)) from error
        if self._inquire is None:
            return found
        return await self._inquire(self.connection, self._capabilities, uri, text, found)

    def close_document(self, uri: str) -> None:
        """Take a document away from the server.

        Raises:
            ConnectionLost: the server is gone.
        """
        self.connection.notify("textDocument/didClose", {"textDocument": {"uri": uri}})

    async def aclose(self) -> None:
        """End the process and remove what lies on disk."""
        await self.connection.aclose()
        await self.workspace.aclose()

    async def _show_canary(self, spec: ServerSpec) -> None:
        uri = await self.place(spec.canary)
        self.open_document(uri, spec.canary.text)
        reported = await self.pull(uri, spec.canary.text)
        self.close_document(uri)
        codes = {d.code for d in reported if d.code}  # a hint has none
        if codes != spec.canary_codes:
            raise StartFailure(
                f"our configuration is not in force: the test document gave {sorted(codes)}"
                f" instead of {sorted(spec.canary_codes)}"
            )


async def _initialize(
    connection: Connection, spec: ServerSpec, workspace: Workspace
) -> Mapping[str, Any]:
    folders = [{"uri": path.as_uri(), "name": path.name} for path in workspace.folders]
    answer = await connection.request(
        "initialize",
        {
            "processId": os.getpid(),
            "rootUri": None,
            "workspaceFolders": folders,
            "capabilities": {
                "general": {"positionEncodings": list(ENCODINGS)},
                "textDocument": {"diagnostic": {}, "hover": {"contentFormat": ["markdown"]}},
                "workspace": {"workspaceFolders": True},
            },
            "initializationOptions": spec.options,
        },
    )
    connection.notify("initialized", {})
    try:
        capabilities = {"positionEncoding": "utf-16", **answer["capabilities"]}
    except (KeyError, TypeError) as error:
        raise StartFailure(f"no answer to `initialize`: {error!r}") from error
    if capabilities["positionEncoding"] not in ENCODINGS:
        raise StartFailure(f"unknown position encoding {capabilities['positionEncoding']!r}")
    return capabilities


def _answer(method: str, params: Any) -> Any:
    if method == "workspace/configuration":
        return [None for _ in params["items"]]
    if method in _EMPTY_ANSWERS:
        return None
    raise LookupError(method)
