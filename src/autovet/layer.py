"""The façade that the seed names: thin, every method hands over to a use case."""

import asyncio
import contextlib
import sys
from collections.abc import Callable, Mapping, Sequence
from os import PathLike
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from autovet.adapters.quiet_import import import_quietly

if TYPE_CHECKING:
    from autovet.domain.context import Context
    from autovet.engines.healing.engine import AutonomousHealingEngine
    from autovet.engines.learning.engine import AutonomousLearningEngine
    from autovet.engines.monitoring.engine import AutonomousMonitoringEngine
    from autovet.engines.optimization.engine import AutonomousOptimizationEngine
    from autovet.settings import Settings
    from autovet.validation.healing.generating import Generate
    from autovet.wiring import Runtime


_HEAVY = ("autovet.adapters.store.database", "autovet.wiring")


class AutonomousAIOrchestrationLayer:
    """Validates AI-written Python, and looks after itself while it does.

    One object serves any number of concurrent calls. Its processes and background loops start
    with the first use inside a running event loop and belong to that loop; ``async with`` or
    ``aclose()`` ends them, and so does the end of ``asyncio.run``.

    Args:
        settings: see ``autovet.settings.Settings``; read from ``AUTOVET_*`` when not given.
        options: single settings by name, instead of ``settings``.

    Raises:
        SettingsError: on first use, when a setting is unknown or unusable.
    """

    def __init__(self, settings: "Settings | None" = None, **options: Any) -> None:
        self._settings = settings
        self._options = options
        self._runtimes: dict[asyncio.AbstractEventLoop, Runtime] = {}

    async def autonomous_orchestrate_validation(
        self, code: str | bytes, context: "Mapping[str, Any] | Context | None" = None
    ) -> dict[str, Any]:
        """Judge a piece of code in eleven categories; heal, learn and record along the way.

        Returns:
            The result mapping of the public contract; JSON-serialisable.

        Raises:
            InputError: the code is neither text nor bytes.
            ContextError: a known context key holds a value of the wrong type.
        """
        runtime = await self._started()
        return await runtime.validate_code(code, context)

    async def validate_paths(
        self,
        paths: Sequence[str | PathLike[str]],
        context: "Mapping[str, Any] | Context | None" = None,
        *,
        on_progress: Callable[[int, int, str], None] | None = None,
        since: str | None = None,
    ) -> dict[str, Any]:
        """Judge files and directories, in parallel, each in the context of its project on disk.

        Args:
            paths: files and directories.
            context: what holds for all of them.
            on_progress: told how many files are done, how many there are, and the path just done.
            since: a commit; only files and lines that changed since are reported.

        Returns:
            ``{"files": {path: result}, "summary": {...}}``.

        Raises:
            InputError: a path does not exist, or there is no such commit.
        """
        runtime = await self._started()
        return await runtime.validate_files([Path(p) for p in paths], context, on_progress, since)

    async def get_autonomous_status(self) -> dict[str, Any]:
        """Return the state of the four engines, the background loops and all components."""
        runtime = await self._started()
        return runtime.status()

    async def record_feedback(
        self,
        finding_id: str,
        verdict: str,
        *,
        why: str = "",
        author: str = "",
        days: float | None = None,
    ) -> dict[str, Any]:
        """Tell whether a finding was ``useful`` or ``not-useful``; on disk when this returns.

        Args:
            finding_id: the id of a finding on record, or a unique start of it.
            verdict: ``useful`` or ``not-useful``; a finding that is not stays dismissed.
            why: the reason.
            author: who says so; no single author can put a whole rule on probation.
            days: how long a dismissal holds; None for as long as the code means the same.

        Raises:
            InputError: no finding on record has that id, or the verdict is neither of the two.
        """
        runtime = await self._started()
        return await runtime.record_feedback(finding_id, verdict, why, author, days)

    async def record_tests(self, validation_id: str, *, passed: bool) -> int:
        """Tell how the tests of code went that was validated a while ago.

        Args:
            validation_id: from ``meta`` of its result.
            passed: whether all of them passed.

        Returns:
            How many findings that says something about.

        Raises:
            InputError: the validation is not remembered any more.
        """
        runtime = await self._started()
        return await runtime.record_tests(validation_id, passed=passed)

    async def learn_from_history(
        self,
        repository: str | PathLike[str],
        *,
        on_progress: Callable[[int, int, str], None] | None = None,
    ) -> dict[str, Any]:
        """Replay a git repository's history and learn what became of its findings.

        Args:
            repository: its working tree; its configuration is not read, nothing of it is run.
            on_progress: told the number done, the number of versions and the path just done.

        Returns:
            ``{"versions", "outcomes", "changes", "fix_patterns", "adaptation_rules",
            "state_version"}``.

        Raises:
            InputError: there is no repository, or git is not installed.
        """
        runtime = await self._started()
        return await runtime.learn_from_history(Path(repository), on_progress)

    async def examine(self) -> list[dict[str, Any]]:
        """Try every part once and tell how it went: ``{"what", "ok", "detail"}`` each."""
        runtime = await self._started()
        return await runtime.examine()

    async def repair_until_valid(
        self,
        generate: "Generate",
        prompt: str,
        context: "Mapping[str, Any] | Context | None" = None,
        attempts: int = 3,
    ) -> dict[str, Any]:
        """Let a generator write code, and hand back what is wrong with it until it passes.

        Each answer is validated and healed; what remains becomes instructions of the next prompt.
        Every round is on record as an event ``generation.round``.

        Args:
            generate: any coroutine function from a prompt to code.
            prompt: what the code is to do.
            context: as in ``autonomous_orchestrate_validation``.
            attempts: how often to ask, at most.

        Returns:
            ``{"code", "valid", "rounds": [...], "result"}``: the code that passed, else the last.
        """
        runtime = await self._started()
        return await runtime.repair_until_valid(generate, prompt, context, attempts)

    @property
    def learning_engine(self) -> "AutonomousLearningEngine":
        """Turns outcomes into a policy."""
        return self._runtime().engines.learning

    @property
    def optimization_engine(self) -> "AutonomousOptimizationEngine":
        """Reads the layer's own measurements and acts on them."""
        return self._runtime().engines.optimization

    @property
    def healing_engine(self) -> "AutonomousHealingEngine":
        """Repairs what it can prove."""
        return self._runtime().engines.healing

    @property
    def monitoring_engine(self) -> "AutonomousMonitoringEngine":
        """Watches the host, the process tree and the components."""
        return self._runtime().engines.monitoring

    async def warm(self) -> None:
        """Start every process now, so that the first validation does not wait for one."""
        runtime = await self._started()
        await runtime.warm()

    async def aclose(self) -> None:
        """Write what is pending and end all processes and loops of this event loop."""
        runtime = self._runtimes.pop(asyncio.get_running_loop(), None)
        if runtime is not None:
            await runtime.aclose()

    async def __aenter__(self) -> Self:
        """Start the background loops."""
        await self._started()
        return self

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Close everything."""
        await self.aclose()

    async def _started(self) -> "Runtime":
        if _HEAVY[-1] not in sys.modules:
            # in a thread, and before any process starts: two kinds of work at once would make
            # the event loop wait for the interpreter again and again
            for name in _HEAVY:
                await asyncio.to_thread(import_quietly, name)
        runtime = self._runtime()
        await runtime.start()
        return runtime

    def _runtime(self) -> "Runtime":
        """The runtime of the running event loop, made when first asked for."""
        from autovet.settings import load_settings  # noqa: PLC0415 (heavy)
        from autovet.wiring import Runtime  # noqa: PLC0415 (heavy)

        loop: asyncio.AbstractEventLoop | None = None
        with contextlib.suppress(RuntimeError):
            loop = asyncio.get_running_loop()
        for old in [known for known in self._runtimes if known.is_closed()]:
            del self._runtimes[old]
        if loop is None:
            # outside of any event loop there is nothing to start; show what there is
            existing = next(iter(self._runtimes.values()), None)
            return existing or Runtime(self._settings or load_settings(**self._options))
        if loop not in self._runtimes:
            settings = self._settings or load_settings(**self._options)
            self._runtimes[loop] = Runtime(settings)
        return self._runtimes[loop]


autonomous_ai_orchestration_layer = AutonomousAIOrchestrationLayer()
"""The ready-made layer that the seed names; it starts nothing until it is used."""


async def repair_until_valid(
    generate: "Generate",
    prompt: str,
    context: "Mapping[str, Any] | Context | None" = None,
    attempts: int = 3,
) -> dict[str, Any]:
    """Do the same with the ready-made layer; see ``AutonomousAIOrchestrationLayer``."""
    return await autonomous_ai_orchestration_layer.repair_until_valid(
        generate, prompt, context, attempts
    )
