"""Reports ruff's findings from a warm server that never sees anyone's configuration."""

import itertools
import sys
from collections.abc import Sequence
from pathlib import Path, PurePosixPath
from urllib.parse import quote

from autovet.adapters.lsp.connection import Connection
from autovet.adapters.lsp.diagnostic import Diagnostic
from autovet.adapters.lsp.executable import find_executable, plain_environment
from autovet.adapters.lsp.rule_table import sentence
from autovet.adapters.lsp.served_analyzer import ServedAnalyzer
from autovet.adapters.lsp.server_spec import ServerSpec
from autovet.adapters.lsp.supervised_server import OnEvent, ignore_event
from autovet.adapters.ruff.target_version import target_version
from autovet.domain.document import Document
from autovet.domain.finding import Finding

_MEMORY_CAP_BYTES = 200 * 1024 * 1024
_SYNTAX = "invalid-syntax"  # reported unasked, and no code that can be selected
_HARMLESS = "seems safe"  # so ruff says of a shell command that is a literal
_CANARY = Document("canary.py", "import os  # unused\nprint(undefined_canary)\n")
_CANARY_CODES = frozenset({"F401", "F821"})


class RuffAnalyzer(ServedAnalyzer[str]):
    """ruff behind the ``Analyzer`` port."""

    name = "ruff"

    def __init__(
        self, *, on_event: OnEvent = ignore_event, memory_cap_bytes: int = _MEMORY_CAP_BYTES
    ) -> None:
        """Start nothing yet; a server above ``memory_cap_bytes`` is replaced."""
        super().__init__(on_event=on_event, memory_cap_bytes=memory_cap_bytes)

    async def analyze(self, document: Document, timeout_s: float) -> tuple[Finding, ...]:
        """Report findings; see ``Analyzer.analyze``.

        Raises:
            AnalyzerUnavailable: it is missing, crashed, or rests after crashes.
            AnalyzerTimeout: it gave no answer in ``timeout_s`` seconds.
        """
        answer = await self._pool.ask(target_version(document.python), document, timeout_s)
        found = (self._finding(diagnostic, document.path) for diagnostic in answer)
        return tuple(finding for finding in found if finding is not None)

    def _spec(self, key: str) -> ServerSpec:
        # `editorOnly` and the absence of folders keep every configuration file out.
        configuration = {
            "lint": {"select": [c for c in self._table.codes if c != _SYNTAX], "preview": False},
            "target-version": key,
        }
        return ServerSpec(
            name=self.name,
            label=key,
            find_command=lambda: [find_executable("ruff"), "server"],
            environment=plain_environment(),
            directory=sys.prefix,  # with `editorOnly` it has no say
            options={
                "settings": {
                    "configurationPreference": "editorOnly",
                    "configuration": configuration,
                }
            },
            open_workspace=_Nowhere,
            canary=_CANARY,
            canary_codes=_CANARY_CODES,
        )

    def _finding(self, diagnostic: Diagnostic, path: str) -> Finding | None:
        entry = self._table.find(diagnostic.code)
        if entry is None or _HARMLESS in diagnostic.message:
            return None
        rule = entry.rule
        certain = diagnostic.fix_is_safe or entry.doubtful is None
        return Finding(
            rule=rule.id,
            category=rule.category,
            severity=rule.severity if certain else entry.doubtful or rule.severity,
            confidence=rule.confidence,
            message=sentence(entry.message or diagnostic.statement, rule.summary),
            path=path,
            span=diagnostic.span,
            evidence={"code": diagnostic.code, "message": diagnostic.message},
            fix=diagnostic.fix,
            sources=(self.name,),
            cwe=rule.cwe,
        )


class _Nowhere:
    """Documents that lie nowhere: each is judged by itself, at a URI of its own."""

    folders: Sequence[Path] = ()

    def __init__(self) -> None:
        self._numbers = itertools.count(1)

    async def place(self, connection: Connection, document: Document) -> str:  # noqa: ARG002 (port)
        # Only the last part of the path: ruff skips directories such as `build` by default.
        name = PurePosixPath(document.path.replace("\\", "/")).name
        shown = name if name.endswith((".py", ".pyi")) else "module.py"
        return f"file:///autovet-{next(self._numbers)}/{quote(shown)}"

    async def tidy(self, connection: Connection) -> None:
        """Nothing lies anywhere."""

    async def aclose(self) -> None:
        """Nothing lies anywhere."""
