"""The only place that names concrete adapters."""

import asyncio
import contextlib
import os
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from platformdirs import user_state_path

from autovet.adapters.alerts.log import log_alerts
from autovet.adapters.alerts.webhook import Webhook
from autovet.adapters.environment_stamp import EnvironmentStamp
from autovet.adapters.git_changes import changes_since
from autovet.adapters.host_probe import PsutilHostProbe
from autovet.adapters.knowledge.directory import VARIABLE as KNOWLEDGE
from autovet.adapters.loop_lag import LoopLag
from autovet.adapters.openai_repairer import OpenAiRepairer
from autovet.adapters.result_files import ResultFiles
from autovet.adapters.ruff.ruff_analyzer import RuffAnalyzer
from autovet.adapters.sandbox.zygote_sandbox import ZygoteSandbox
from autovet.adapters.store.sql_store import SqlStore
from autovet.adapters.system_clock import SystemClock
from autovet.adapters.ty.ty_analyzer import TyAnalyzer
from autovet.adapters.workers.pool import WorkerPool
from autovet.checks.security.taint.models import VARIABLE as TAINT_MODELS
from autovet.checks.security.taint.tables import own_table
from autovet.domain.context import Context
from autovet.domain.errors import AnalyzerError, InputError, SettingsError, StoreError
from autovet.domain.event import Event, ValidationRecord
from autovet.domain.health import ComponentHealth
from autovet.domain.retention import Retention
from autovet.domain.revision import FileVersion
from autovet.domain.selection import Selection
from autovet.domain.source import Source
from autovet.engines.healing.engine import AutonomousHealingEngine
from autovet.engines.learning.engine import AutonomousLearningEngine
from autovet.engines.monitoring.engine import AutonomousMonitoringEngine
from autovet.engines.optimization.actions import experiments
from autovet.engines.optimization.engine import AutonomousOptimizationEngine
from autovet.project.source_files import project_root
from autovet.settings import Settings, default_store_url
from autovet.validation.assessing import Assessor
from autovet.validation.background import BackgroundLoops
from autovet.validation.baseline import read_baseline
from autovet.validation.context_decoding import DecodedContext, decode_code, decode_context
from autovet.validation.examining import examine
from autovet.validation.feedback import outcome_of, outcomes_of_tests
from autovet.validation.healing.generating import Generate, generate_until_valid
from autovet.validation.healing.searching import RepairSearch
from autovet.validation.kept_results import KeptResults
from autovet.validation.leading import Leadership, optimizing
from autovet.validation.orchestrating import Engines, Orchestrator
from autovet.validation.paths import validate_paths
from autovet.validation.recollection import Recollection
from autovet.validation.replaying import replay

if TYPE_CHECKING:
    from autovet.engines.healing.proof import Judged


class Runtime:
    """Everything that one event loop needs; built cheaply, started with the first use."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self._clock = SystemClock()
        self._store = SqlStore(settings.store_url or default_store_url())
        told: dict[str, str] = {}
        tables: Mapping[str, Any] = {}
        if settings.knowledge is not None:
            told[KNOWLEDGE] = str(settings.knowledge.absolute())
        if settings.taint_models is not None:
            tables = own_table(settings.taint_models)  # says now what is wrong with it
            told[TAINT_MODELS] = str(settings.taint_models.absolute())
        self._pool = WorkerPool(
            settings.workers,
            on_event=self._on_event,
            environment=told,
        )
        self._ruff = RuffAnalyzer(on_event=self._on_event)
        self._ty = TyAnalyzer(on_event=self._on_event)
        self._sandbox = ZygoteSandbox(
            allow_unisolated=settings.allow_unisolated, on_event=self._on_event
        )
        self._analyzers = (self._ruff, self._ty)
        self._lag = LoopLag()
        self._webhook = _webhook(settings, self._on_event)
        self._recollection = Recollection()
        known = read_baseline(settings.baseline) if settings.baseline else frozenset()
        selection = Selection(settings.select, settings.ignore, known)
        files = ResultFiles(
            (self._store.directory or user_state_path("autovet")) / "results",
            settings.store_mb * 2**20 // 4,
            (*map(str, (settings.select, settings.ignore, sorted(known))), str(told), str(tables)),
            [settings.knowledge] if settings.knowledge else [],
        )
        self._results = KeptResults(EnvironmentStamp(), files)
        assessor = self._assessor = Assessor(
            self._pool,
            self._analyzers,
            self._sandbox,
            selection,
        )
        learning = AutonomousLearningEngine(store=self._store, clock=self._clock)
        self.engines = Engines(
            learning=learning,
            optimization=AutonomousOptimizationEngine(
                self._store, self._clock, experiments(settings.optimization_loss)
            ),
            healing=AutonomousHealingEngine(
                self._judge_again,
                self._recollection.recall,
                self.components,
                search=RepairSearch(self._sandbox),
                patterns=learning.fix_patterns,
                repairer=_repairer(settings),
            ),
            monitoring=AutonomousMonitoringEngine(
                probe=PsutilHostProbe(
                    self._store.directory or user_state_path("autovet"), self.roles, self._lag
                ),
                components=self.components,
                store=self._store,
                clock=self._clock,
                sinks=(log_alerts, *((self._webhook,) if self._webhook else ())),
            ),
        )
        self._orchestrator = Orchestrator(
            assessor,
            self.engines,
            self._store,
            self._clock,
            self._analyzers,
            self._recollection,
            self._results,
            _observers(settings),
        )
        self._leadership = Leadership(
            self._store, self._clock, "optimization", settings.optimization_interval_s
        )
        self._loops = BackgroundLoops(
            {
                "monitoring": self.engines.monitoring.monitor_system_health,
                "optimization": optimizing(
                    self._leadership,
                    self._store,
                    self._clock,
                    Retention(max_bytes=settings.store_mb * 2**20),
                    self.engines.optimization.analyze_performance_trends,
                    self.engines.optimization.follow,
                ),
                "learning": self.engines.learning.learn,
            },
            clock=self._clock,
            record=self._store.record_event,
            intervals_s={
                "monitoring": settings.monitoring_interval_s,
                "optimization": settings.optimization_interval_s,
                "learning": settings.learning_interval_s,
            },
        )
        self._starting: asyncio.Task[None] | None = None
        self._keeper: asyncio.Task[None] | None = None
        self._warming: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Read the learned state and start the background loops, once."""
        if self._starting is None:
            self._starting = asyncio.create_task(self._start())
            self._keeper = asyncio.create_task(self._keep())
        await asyncio.shield(self._starting)

    async def warm(self) -> None:
        """Start all processes; one that does not start says so when it is first asked."""
        starts = (
            self._pool.warm(),
            self._ruff.warm(None, None),
            self._ty.warm(None, self.settings.environment),
        )
        for failure in await asyncio.gather(*starts, return_exceptions=True):
            if isinstance(failure, BaseException) and not isinstance(failure, AnalyzerError):
                raise failure

    async def validate_code(
        self, code: object, context: Mapping[str, Any] | Context | None
    ) -> dict[str, Any]:
        """Validate text or bytes."""
        decoded = self._decode(context)
        given = decode_code(code)
        path = decoded.context.path
        source = Source.from_text(given, path) if isinstance(given, str) else Source(path, given)
        return await self._orchestrator.validate(source, decoded)

    async def validate_files(
        self,
        paths: Sequence[Path],
        context: Mapping[str, Any] | Context | None,
        on_progress: Callable[[int, int, str], None] | None = None,
        since: str | None = None,
    ) -> dict[str, Any]:
        """Validate files and directories, or only what changed in them since a commit."""
        changes = None if since is None else await asyncio.to_thread(changes_since, since, paths)
        decoded = self._decode(context)
        return await validate_paths(self._orchestrator, paths, decoded, on_progress, changes)

    async def repair_until_valid(
        self,
        generate: Generate,
        prompt: str,
        context: Mapping[str, Any] | Context | None,
        attempts: int,
    ) -> dict[str, Any]:
        """Ask a generator until its code passes; every round is on record."""

        def record(kind: str, detail: Mapping[str, Any]) -> None:
            self._on_event(kind, str(detail["validation_id"]), detail)

        made = await generate_until_valid(
            generate, prompt, context, attempts, self.validate_code, record
        )
        return asdict(made)

    async def record_feedback(
        self, finding_id: str, verdict: str, why: str, author: str, days: float | None = None
    ) -> dict[str, Any]:
        """Put an opinion about a finding on record."""
        await self._store.flush()
        outcome = await outcome_of(self._store, self._clock, finding_id, verdict, why, author, days)
        await self.engines.learning.record_feedback(outcome)
        return {"finding_id": outcome.finding_id, "rule": outcome.rule, "verdict": verdict}

    async def record_tests(self, validation_id: str, *, passed: bool) -> int:
        """Put on record how the tests of validated code went; how many findings that touches."""
        known = self._recollection.recall(validation_id)
        if known is None:
            raise InputError(f"no validation {validation_id!r} is remembered")
        judged, context = known
        outcomes = outcomes_of_tests(judged.findings, context, self._clock, passed=passed)
        return await self.engines.learning.record_outcomes(outcomes)

    async def learn_from_history(
        self, repository: Path, on_progress: Callable[[int, int, str], None] | None = None
    ) -> dict[str, Any]:
        """Replay a repository's history and learn what became of its findings."""
        from autovet.adapters.git_history.history import GitHistory  # noqa: PLC0415 (seldom)

        def read() -> list[FileVersion]:
            with GitHistory(repository) as history:
                return history.versions()

        versions = await asyncio.to_thread(read)
        project = await asyncio.to_thread(lambda: str(project_root(repository.absolute())))
        replayed = await replay(
            versions,
            project,
            self._assessor,
            self.engines.learning,
            self._clock.time(),
            on_progress,
        )
        learned = await self.engines.learning.learn()
        said = Counter(outcome.verdict for outcome in replayed.outcomes)
        return {
            "versions": replayed.versions,
            "outcomes": dict(said),
            "changes": replayed.changes,
            "fix_patterns": len(self.engines.learning.fix_patterns.patterns()),
            "adaptation_rules": learned["adaptation_rules"],
            "state_version": learned["state_version"],
        }

    async def examine(self) -> list[dict[str, Any]]:
        """Try every part once."""
        from autovet.adapters.package_knowledge import PackageKnowledge  # noqa: PLC0415 (seldom)

        return await examine(
            self._pool,
            self._analyzers,
            self._sandbox,
            self._store,
            PackageKnowledge(knowledge=self.settings.knowledge),
        )

    def status(self) -> dict[str, Any]:
        """The state of the engines, the loops and the components."""
        return {
            "learning_engine": self.engines.learning.status(),
            "optimization_engine": self.engines.optimization.status(),
            "healing_engine": self.engines.healing.status(),
            "monitoring_engine": self.engines.monitoring.status(),
            "background": self._loops.status(),
            "leads": self._leadership.leads,
            "kept_results": self._results.status(),
            "components": {c.name: _plain(c) for c in self.components()},
        }

    def components(self) -> list[ComponentHealth]:
        """How every part of the system is."""
        parts = (self._pool, *self._analyzers, self._sandbox, self._store)
        return [*(part.health() for part in parts), *self._loops.components()]

    def roles(self) -> Mapping[int, str]:
        """Our processes by what they are for."""
        named = {c.pid: c.name for c in self.components() if c.pid is not None}
        return {**named, **self._pool.pids()}

    async def aclose(self) -> None:
        """Write what is pending and end all processes and loops."""
        keeper, self._keeper = self._keeper, None
        if keeper is not None and keeper is not asyncio.current_task():
            keeper.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await keeper
            return
        if self._starting is not None:
            await asyncio.gather(self._starting, return_exceptions=True)
        if self._warming is not None:
            self._warming.cancel()
            await asyncio.gather(self._warming, return_exceptions=True)
        await self._loops.aclose()
        self._lag.stop()
        if self._webhook is not None:
            await self._webhook.aclose()
        await self.engines.monitoring.aclose()
        with contextlib.suppress(StoreError):
            await self._leadership.resign()
        parts = (self._pool, *self._analyzers, self._sandbox)
        # each is closed whatever the others do, and the record is written in any case
        failures = await asyncio.gather(*(p.aclose() for p in parts), return_exceptions=True)
        await self._store.aclose()
        for failure in failures:
            if isinstance(failure, BaseException):
                raise failure

    async def _start(self) -> None:
        # processes start while the learned state is read; who needs one waits for that one alone
        self._warming = asyncio.create_task(self.warm())
        for engine in (self.engines.learning, self.engines.optimization):
            # an unreadable store shows in the health; verdicts go on without what was learned
            with contextlib.suppress(StoreError):
                await engine.restore()
        await self.engines.monitoring.monitor_system_health()
        if self.settings.background:
            self._lag.start()
            self._loops.start()

    async def _keep(self) -> None:
        """Wait until the event loop ends or ``aclose`` is called, then clean up."""
        try:
            await asyncio.get_running_loop().create_future()
        finally:
            self._keeper = None
            await self.aclose()

    async def _judge_again(self, text: str, context: Context) -> "Judged":
        return await self._orchestrator.judge_again(text, context)

    def _decode(self, given: Mapping[str, Any] | Context | None) -> DecodedContext:
        """Decode a context over the settings; what the settings forbid stays forbidden."""
        defaults = {
            "heal": self.settings.heal,
            "fail_on": self.settings.fail_on,
            "environment": self.settings.environment or os.environ.get("VIRTUAL_ENV"),
        }
        if given is None or isinstance(given, Mapping):
            given = {**defaults, **(given or {})}
        decoded = decode_context(given)
        if not self.settings.execute:
            decoded = replace(decoded, context=replace(decoded.context, execute=False))
        return decoded

    def _on_event(self, kind: str, subject: str, detail: Mapping[str, Any]) -> None:
        self._store.record_event(Event(self._clock.time(), kind, subject, dict(detail)))


def _repairer(settings: Settings) -> OpenAiRepairer | None:
    """The model that repairs may come from; there is none unless it is configured."""
    if settings.repairer_url is None or settings.repairer_model is None:
        return None
    key = settings.repairer_key.get_secret_value() if settings.repairer_key else None
    return OpenAiRepairer(settings.repairer_url, settings.repairer_model, key)


def _webhook(settings: Settings, on_event: Callable[..., None]) -> Webhook | None:
    if settings.alert_webhook is None:
        return None
    secret = settings.alert_webhook_secret
    return Webhook(
        settings.alert_webhook, secret.get_secret_value() if secret else "", report=on_event
    )


def _observers(settings: Settings) -> tuple[Callable[[ValidationRecord], None], ...]:
    """Who is told of each validation besides the engines."""
    observers: list[Callable[[ValidationRecord], None]] = []
    if settings.log != "none":
        from autovet.adapters.structured_log import validation_log  # noqa: PLC0415 (seldom)

        observers.append(validation_log(settings.log))
    if settings.telemetry:
        try:
            from autovet.adapters.telemetry import telemetry  # noqa: PLC0415 (an extra)
        except ModuleNotFoundError as error:
            raise SettingsError(
                f"telemetry needs {error.name}: pip install 'autovet[telemetry]'"
            ) from error
        observers.append(telemetry())
    return tuple(observers)


def _plain(component: ComponentHealth) -> dict[str, Any]:
    return {
        "state": component.state,
        "restarts": component.restarts,
        "pid": component.pid,
        "reason": component.reason,
        **dict(component.detail),
    }
