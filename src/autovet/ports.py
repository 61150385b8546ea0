"""What the inside needs from the outside, as Protocols; ``wiring`` names who provides it."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, Protocol

from packaging.specifiers import SpecifierSet

from autovet.domain.admission import Admission
from autovet.domain.context import Context
from autovet.domain.document import Document
from autovet.domain.event import Event, Outcome, ValidationRecord
from autovet.domain.execution import Isolation, Job, StepOutcome
from autovet.domain.finding import Finding
from autovet.domain.fix_pattern import FixPattern, PatternFix
from autovet.domain.health import Alert, ComponentHealth, HostSample
from autovet.domain.inspection import Inspection
from autovet.domain.libraries import Libraries
from autovet.domain.repair_request import RepairRequest
from autovet.domain.retention import Maintenance, Retention
from autovet.domain.rollup import HOUR_S, Rollup
from autovet.domain.rule import Rule
from autovet.domain.signature import AcceptedKeywords
from autovet.domain.source import Source


class Clock(Protocol):
    """Time, so that tests can turn it."""

    def time(self) -> float:
        """Seconds since the epoch."""
        ...

    def monotonic(self) -> float:
        """Seconds that never run backwards."""
        ...

    async def sleep(self, seconds: float) -> None:
        """Wait."""
        ...


class Component(Protocol):
    """Anything with a life: it can be asked how it is, and closed."""

    def health(self) -> ComponentHealth:
        """How it is, without waiting for anything."""
        ...

    async def aclose(self) -> None:
        """Stop, and leave no process behind; a second call does nothing."""
        ...


class Analyzer(Component, Protocol):
    """An engine of others that reports findings for one document."""

    @property
    def name(self) -> str:
        """The name that stands in ``Finding.sources``."""
        ...

    @property
    def version(self) -> str:
        """The engine's version."""
        ...

    def rules(self) -> tuple[Rule, ...]:
        """Every rule that it may report, from its table."""
        ...

    async def analyze(self, document: Document, timeout_s: float) -> tuple[Finding, ...]:
        """Report findings, already mapped to our rules.

        Raises:
            AnalyzerUnavailable: it is missing, crashed, or rests after crashes.
            AnalyzerTimeout: it gave no answer in ``timeout_s`` seconds.
        """
        ...


class InspectionHandle(Protocol):
    """A running inspection; awaiting ``report`` implies having passed the gate."""

    @property
    def admission(self) -> Awaitable[Admission]:
        """The gate's answer, as soon as it is known."""
        ...

    @property
    def report(self) -> Awaitable[Inspection]:
        """Our own checks' findings.

        Raises:
            AnalyzerUnavailable: the worker died on this input.
            AnalyzerTimeout: the budget ran out and the worker was killed.
        """
        ...


class Inspector(Component, Protocol):
    """Parses and checks in processes that can be killed."""

    def inspect(
        self, source: Source, context: Context, *, admission_s: float, inspection_s: float
    ) -> InspectionHandle:
        """Start an inspection; cancelling the task that awaits it frees the worker."""
        ...


class Sandbox(Component, Protocol):
    """Runs code that nobody trusts."""

    async def isolation(self) -> Isolation:
        """Which layers hold on this host; found out by trying them once."""
        ...

    async def run(self, job: Job) -> tuple[StepOutcome, ...]:
        """Run the steps, each against a fresh module; one outcome a step, in order.

        Raises:
            SandboxUnavailable: this host cannot isolate a run.
        """
        ...


class Store(Component, Protocol):
    """The record; writes return at once and are batched, reads see what was flushed."""

    def record_validation(self, record: ValidationRecord) -> None:
        """Put a validation on record."""
        ...

    def record_event(self, event: Event) -> None:
        """Put an event on record."""
        ...

    async def record_outcome(self, outcome: Outcome) -> None:
        """Put an outcome on record; when this returns, it is on disk."""
        ...

    async def flush(self) -> None:
        """Wait until everything recorded so far is on disk."""
        ...

    async def validations(self, since: float, limit: int = 10_000) -> Sequence[ValidationRecord]:
        """Validations after ``since`` (seconds since the epoch), oldest first."""
        ...

    async def outcomes(self, since: float = 0.0) -> Sequence[Outcome]:
        """Outcomes after ``since``, oldest first."""
        ...

    async def events(self, since: float, limit: int = 1_000) -> Sequence[Event]:
        """Events after ``since``, oldest first."""
        ...

    async def find_finding(self, finding_id: str) -> Mapping[str, Any] | None:
        """The newest record of a finding (rule, path, project...), by its id or a unique start."""
        ...

    async def load_state(self, name: str) -> Mapping[str, Any] | None:
        """An engine's saved state."""
        ...

    async def save_state(self, name: str, state: Mapping[str, Any]) -> None:
        """Save an engine's state; when this returns, it is on disk."""
        ...

    async def maintain(self, limits: Retention, now: float) -> Maintenance:
        """Sum up hours and days that have ended, and delete what goes over the limits."""
        ...

    async def rollups(self, since: float, span_s: float = HOUR_S) -> Sequence[Rollup]:
        """Sums over an hour (or a day) each, from ``since`` on, oldest first."""
        ...

    async def take_lease(self, name: str, owner: str, now: float, until: float) -> bool:
        """Take or prolong a lease among processes that share the store; False if it is held."""
        ...


class KeptFiles(Protocol):
    """Bodies by key that outlive the process; what cannot be read as it was written is absent."""

    def prepare(self) -> None:
        """Get ready, which may take milliseconds; a second call does nothing."""
        ...

    def holds(self, key: str) -> bool:
        """Whether there seems to be something, within microseconds."""
        ...

    def read(self, key: str) -> bytes | None:
        """What was written under the key."""
        ...

    def write(self, key: str, body: bytes) -> bool:
        """Put a body there; False where there is no room for it."""
        ...

    def clear(self) -> None:
        """Delete everything."""
        ...


class FixPatterns(Protocol):
    """Changes that were made before, for code that looks as theirs did."""

    def patterns(self) -> Sequence[FixPattern]:
        """All that are known, most support first."""
        ...

    def suggest(self, text: str, line: int, end_line: int, rule: str = "") -> Sequence[PatternFix]:
        """Changes of what stands in these lines, likeliest first; none of them is proven.

        Args:
            text: a whole module.
            line: the first line, from 1.
            end_line: the last line.
            rule: the finding's rule, whose own patterns come first.
        """
        ...

    def tell(self, pattern_id: str, *, kept: bool) -> None:
        """Say that a fix made with a pattern was kept, or taken back."""
        ...


class Repairer(Protocol):
    """Proposes changed texts; nothing that it says is trusted."""

    @property
    def name(self) -> str:
        """What stands beside its proposals."""
        ...

    async def repair(self, request: RepairRequest, timeout_s: float) -> Sequence[str]:
        """Changed texts of the whole file, best first.

        Raises:
            RepairerUnavailable: no answer in time, or none of the form that was asked for.
        """
        ...


class AlertSink(Protocol):
    """Is told of alerts; a plain function will do."""

    def __call__(self, raised: Sequence[Alert], cleared: Sequence[Alert]) -> None:
        """Take in the alerts raised and cleared by one look, without waiting for anything."""
        ...


class HostProbe(Protocol):
    """Looks at the host and our processes."""

    async def sample(self) -> HostSample:
        """Take one look, without blocking the event loop."""
        ...


class Knowledge(Protocol):
    """What is known about packages, offline."""

    @property
    def libraries(self) -> Libraries:
        """What counts beside, or instead of, the installed packages; see ``for_project``."""
        ...

    def for_project(
        self, environment: str | None, declared: Callable[[], Mapping[str, SpecifierSet]]
    ) -> "Knowledge":
        """The same knowledge, for the versions that a project declares.

        Args:
            environment: as in the other questions.
            declared: gives the versions that the project allows, by normalised name; asked only
                where they matter.
        """
        ...

    def is_published(self, distribution: str) -> bool | None:
        """Whether the package index lists the name; None when no index is at hand."""
        ...

    def nearest(self, distribution: str, limit: int = 3) -> Sequence[str]:
        """Published names near the given one, best first."""
        ...

    def spelled_out(self, module: str) -> Sequence[str]:
        """Well-known published names of which a module's name is several words run together."""
        ...

    def resembled(self, distribution: str) -> str | None:
        """The well-known published name that is one slip of the finger away."""
        ...

    def installed_modules(self, environment: str | None) -> Mapping[str, tuple[str, ...]] | None:
        """Top-level module to the distributions that provide it; None if unreadable."""
        ...

    def installed_versions(self, environment: str | None) -> Mapping[str, str]:
        """Normalised distribution name to installed version."""
        ...

    def is_well_known(self, distribution: str) -> bool | None:
        """Whether it is among the most downloaded; None when no index is at hand."""
        ...

    def accepted_keywords(self, environment: str | None, function: str) -> AcceptedKeywords | None:
        """What an installed function that passes keywords on accepts; None when unknown."""
        ...
