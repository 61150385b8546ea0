"""Reports ty's findings from warm servers, one per environment and Python version."""

import asyncio
import time
from dataclasses import dataclass
from pathlib import Path

from autovet.adapters.api_index.api_index import ApiIndex
from autovet.adapters.lsp.diagnostic import Diagnostic
from autovet.adapters.lsp.executable import find_executable, plain_environment
from autovet.adapters.lsp.rule_table import sentence
from autovet.adapters.lsp.served_analyzer import ServedAnalyzer
from autovet.adapters.lsp.server_spec import ServerSpec
from autovet.adapters.lsp.supervised_server import OnEvent, ignore_event
from autovet.adapters.ty.environment import Environment, checked_version, find_environment
from autovet.adapters.ty.indexed_environment import IndexedEnvironments
from autovet.adapters.ty.inquiry import inquire
from autovet.adapters.ty.library_evidence import Provenance, evidence_of, fix_of
from autovet.adapters.ty.library_facts import LibraryFacts
from autovet.adapters.ty.signal import Assessment, Signal, Weight
from autovet.adapters.ty.statement_facts import facts_of
from autovet.adapters.ty.ty_workspace import TyWorkspace
from autovet.domain.document import Document
from autovet.domain.finding import Finding
from autovet.domain.severity import Severity

_MEMORY_CAP_BYTES = 400 * 1024 * 1024
_DEMOTED_CONFIDENCE = 0.4
_MOST_INDEXES = 6
_INDEXING_S = 8.0
_CONFIGURATION = Path(__file__).with_name("isolated.toml")
# Silent under ty's defaults because of its comment, and a report that only the defaults make.
_CANARY = Document(
    "canary.py", "import os\n\nos.no_such_member  # type: ignore\n\n\ndef f(x: 3): ...\n"
)
_CANARY_CODES = frozenset({"missing-attribute"})


@dataclass(frozen=True, slots=True)
class _Key:
    environment: Environment
    python: str | None


class TyAnalyzer(ServedAnalyzer[_Key]):
    """ty behind the ``Analyzer`` port."""

    name = "ty"

    def __init__(
        self, *, on_event: OnEvent = ignore_event, memory_cap_bytes: int = _MEMORY_CAP_BYTES
    ) -> None:
        """Start nothing yet; a server above ``memory_cap_bytes`` is replaced."""
        super().__init__(on_event=on_event, memory_cap_bytes=memory_cap_bytes)
        self._indexed = IndexedEnvironments()
        self._indexes: dict[tuple[Environment, str | None], tuple[ApiIndex, Provenance]] = {}

    async def analyze(self, document: Document, timeout_s: float) -> tuple[Finding, ...]:
        """Report findings; see ``Analyzer.analyze``.

        Raises:
            AnalyzerUnavailable: it is missing, crashed, or rests after crashes, or the project
                or environment of the document does not exist.
            AnalyzerTimeout: it gave no answer in ``timeout_s`` seconds.
        """
        installed = find_environment(document.environment)
        environment = self._indexed.change(installed, document.libraries)
        key = _Key(environment, checked_version(document.python, document.environment))
        started = time.monotonic()
        answer = await self._pool.ask(key, document, timeout_s)
        if not answer:
            return ()
        # A server that started late must not leave the libraries unread: the verdict would differ.
        left_s = max(timeout_s - (time.monotonic() - started), _INDEXING_S)
        # Parsing and looking at directories may take a while for a large document.
        return await asyncio.to_thread(self._findings, answer, document, environment, left_s)

    async def aclose(self) -> None:
        """Stop the servers and take the environments away that were made for them."""
        await super().aclose()
        self._indexed.remove()

    def _spec(self, key: _Key) -> ServerSpec:
        levels = {"all": "ignore"} | dict.fromkeys(self._table.codes, "warn")
        environment = {"python": key.environment.python}
        if key.python is not None:
            environment["python-version"] = key.python
        return ServerSpec(
            name=self.name,
            label=f"{key.python or 'default'}:{key.environment.python}",
            find_command=lambda: [find_executable("ty"), "server"],
            # The user's own configuration would be merged in if it were found.
            environment=plain_environment(XDG_CONFIG_HOME=str(_CONFIGURATION.parent / "none")),
            directory=str(_CONFIGURATION.parent),
            options={
                "configurationFile": str(_CONFIGURATION),
                "configuration": {"rules": levels, "environment": environment},
            },
            open_workspace=TyWorkspace,
            canary=_CANARY,
            canary_codes=_CANARY_CODES,
            inquire=inquire,
        )

    def _findings(
        self,
        answer: tuple[Diagnostic, ...],
        document: Document,
        environment: Environment,
        left_s: float,
    ) -> tuple[Finding, ...]:
        index, provenance = self._libraries(environment, document.root)
        with index.asked(left_s):
            signal = Signal(document, environment.site_packages, LibraryFacts(index, document))
            found = (
                self._finding(diagnostic, signal.assess(diagnostic), document.path, provenance)
                for diagnostic in answer
            )
            return tuple(finding for finding in found if finding is not None)

    def _libraries(self, environment: Environment, root: str | None) -> tuple[ApiIndex, Provenance]:
        key = (environment, root)
        if key not in self._indexes:
            while len(self._indexes) >= _MOST_INDEXES:
                self._indexes.pop(next(iter(self._indexes)))
            own = Path(root).resolve() if root is not None else None
            index = ApiIndex(environment.site_packages, [own / "src", own] if own else [])
            self._indexes[key] = (index, Provenance(index.search))
        return self._indexes[key]

    def _finding(
        self, diagnostic: Diagnostic, assessed: Assessment, path: str, provenance: Provenance
    ) -> Finding | None:
        entry = self._table.find(diagnostic.code)
        if entry is None or assessed.weight is Weight.NONE:
            return None
        rule, demoted = entry.rule, assessed.weight is Weight.INFORMATION
        facts = facts_of(diagnostic.statement)
        known, fix = assessed.judgement, diagnostic.fix
        evidence = {"code": diagnostic.code, "message": diagnostic.message, **facts}
        if known is not None:
            evidence |= evidence_of(known, provenance)
            fix = fix or (None if demoted else fix_of(diagnostic, facts, known))
        return Finding(
            rule=rule.id,
            category=rule.category,
            severity=Severity.INFO if demoted else rule.severity,
            confidence=min(rule.confidence, _DEMOTED_CONFIDENCE) if demoted else rule.confidence,
            message=sentence(entry.message or diagnostic.statement, rule.summary),
            path=path,
            span=diagnostic.span,
            evidence=evidence,
            fix=fix,
            sources=(self.name,),
            cwe=rule.cwe,
        )
