"""The use case of the seed: assess, heal, record, and report in one mapping."""

import dataclasses
import itertools
import time
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

from autovet.domain.admission import Refusal
from autovet.domain.category_result import Status
from autovet.domain.context import Context
from autovet.domain.event import Event, ValidationRecord
from autovet.domain.inspection import Inspection
from autovet.domain.plan import Budgets, Tuning
from autovet.domain.rule import Rule
from autovet.domain.source import Source
from autovet.engines.healing.engine import AutonomousHealingEngine
from autovet.engines.healing.proof import Judged
from autovet.engines.healing.report import as_mapping
from autovet.engines.learning.engine import AutonomousLearningEngine
from autovet.engines.monitoring.engine import AutonomousMonitoringEngine
from autovet.engines.optimization.engine import AutonomousOptimizationEngine
from autovet.ports import Analyzer, Clock, Store
from autovet.validation.adapting import is_explored
from autovet.validation.assessing import Assessor
from autovet.validation.assessment import Assessment
from autovet.validation.concluding import project_key
from autovet.validation.context_decoding import DecodedContext
from autovet.validation.kept_results import KeptResult, KeptResults
from autovet.validation.recollection import Recollection
from autovet.validation.recommending import recommendations
from autovet.validation.recording import TIMED, record_of
from autovet.validation.reporting import plain, verdict_mapping
from autovet.validation.rules import RULES
from autovet.version import VERSION


@dataclass(frozen=True, slots=True)
class Engines:
    """The four engines of the seed."""

    learning: AutonomousLearningEngine
    optimization: AutonomousOptimizationEngine
    healing: AutonomousHealingEngine
    monitoring: AutonomousMonitoringEngine


def judged_of(assessment: Assessment) -> Judged:
    """What healing compares."""
    results = assessment.verdict.categories.values()
    complete = all(result.status is not Status.UNDECIDED for result in results)
    return Judged(
        assessment.text,
        assessment.verdict.findings,
        assessment.held,
        complete,
        _for_search(assessment.inspection),
    )


def _for_search(inspection: Inspection) -> Inspection:
    """The facts without what would only take room while a source is remembered."""
    return dataclasses.replace(
        inspection, findings=(), unverified=(), runs=(), anchors=(), rules=(), suppressions=()
    )


class Orchestrator:
    """Validates one source with all four engines attached."""

    def __init__(
        self,
        assessor: Assessor,
        engines: Engines,
        store: Store,
        clock: Clock,
        analyzers: tuple[Analyzer, ...],
        recollection: Recollection,
        results: KeptResults,
        observers: tuple[Callable[[ValidationRecord], None], ...] = (),
    ) -> None:
        self._observers = (engines.learning.observe, engines.monitoring.observe, *observers)
        self._results = results
        self._assessor = assessor
        self._engines = engines
        self._store = store
        self._clock = clock
        self._analyzers = analyzers
        shared = [rule for analyzer in analyzers for rule in analyzer.rules()]
        self._rules = {rule.id: rule for rule in (*shared, *RULES)}
        self._recollection = recollection
        self._numbers = itertools.count()

    async def judge_again(self, text: str, context: Context) -> Judged:
        """Judge changed code the way the original was judged."""
        source = Source.from_text(text, context.path)
        policy = self._engines.learning.policy()
        budgets = self._budgets()
        return judged_of(await self._assessor.assess(source, context, policy, budgets))

    async def validate(
        self, source: Source, decoded: DecodedContext, refusal: Refusal | None = None
    ) -> dict[str, Any]:
        """Return the result of the public contract.

        Args:
            source: the code.
            decoded: its context and the keys that were left out of it.
            refusal: why the source could not even be read, where it could not.
        """
        started = time.perf_counter()
        context = decoded.context
        if context.gate:
            context = dataclasses.replace(context, heal="none")
        policy = self._engines.learning.policy()
        tuning = self._engines.optimization.plan().tuning
        most = tuning.cached_results if refusal is None else 0
        key = self._results.key(source, context, policy) if most else None
        if key:
            kept = self._results.find(key)
            if kept is None and tuning.results_on_disk:
                kept = await self._results.recall(key, most)
            if kept is not None:
                return self._again(kept, decoded, started)
        seldom = tuning.left_out.get(project_key(context), ())
        left_out = () if is_explored(source.sha256) else seldom
        if refusal is None:
            assessment = await self._assessor.assess(
                source, context, policy, tuning.budgets, tuning.held_back, left_out
            )
        else:
            assessment = self._assessor.refuse(source, context, refusal, policy)
        judged = judged_of(assessment)
        healing = await self._engines.healing.heal(judged, context)
        validation_id = uuid.uuid4().hex
        elapsed = (time.perf_counter() - started) * 1000
        record = record_of(
            assessment,
            validation_id,
            self._clock.time(),
            elapsed,
            len(healing.healing_applied),
            tuple(str(applied["finding"]) for applied in healing.healing_applied),
            timed=next(self._numbers) % TIMED == 0,
            explored=() if left_out else seldom,
        )
        self._record(record, judged, context)
        result = {
            **verdict_mapping(assessment.verdict),
            "recommendations": recommendations(assessment.verdict, self._rules_of(assessment)),
            "autonomous_learning": self._learning(assessment),
            "autonomous_healing": as_mapping(healing),
            "autonomous_monitoring": self._engines.monitoring.summary(),
            "autonomous_optimization": self._engines.optimization.summary(),
            "meta": self._meta(assessment, decoded, validation_id, elapsed),
        }
        if key and judged.complete and not left_out:
            self._keep(key, KeptResult(msgspec.msgpack.encode(result), record, judged), tuning)
        return result

    def _again(self, kept: KeptResult, decoded: DecodedContext, started: float) -> dict[str, Any]:
        """The result of an earlier validation, as one of its own."""
        result = kept.unpacked()
        validation_id = uuid.uuid4().hex
        elapsed = (time.perf_counter() - started) * 1000
        record = kept.record_at(validation_id, self._clock.time(), elapsed)
        self._record(record, kept.judged, decoded.context)
        return result | {
            "autonomous_monitoring": self._engines.monitoring.summary(),
            "autonomous_optimization": self._engines.optimization.summary(),
            "meta": result["meta"]
            | {
                "validation_id": validation_id,
                "elapsed_ms": round(elapsed, 3),
                "ignored_context": dict(decoded.ignored),
                "stages_ms": {kept.stage: round(elapsed, 3)},
                "first_validated_as": kept.record.validation_id,
            },
        }

    def _keep(self, key: str, kept: KeptResult, tuning: Tuning) -> None:
        if self._results.keep(key, kept, tuning.cached_results):
            if tuning.results_on_disk:
                self._results.save(key, kept)
        else:
            detail = {"validation_id": kept.record.validation_id, **self._results.status()}
            event = Event(self._clock.time(), "cache.disagreed", kept.record.path, detail)
            self._store.record_event(event)

    def _record(self, record: ValidationRecord, judged: Judged, context: Context) -> None:
        self._store.record_validation(record)
        for observe in self._observers:
            observe(record)
        self._recollection.remember(record.validation_id, judged, context)

    def _rules_of(self, assessment: Assessment) -> Mapping[str, Rule]:
        """The rules of other engines, and those of ours that fired."""
        return self._rules | {rule.id: rule for rule in assessment.inspection.rules}

    def _budgets(self) -> Budgets:
        return self._engines.optimization.plan().budgets

    def _learning(self, assessment: Assessment) -> dict[str, Any]:
        policy = self._engines.learning.policy()
        return {
            "patterns_learned": policy.patterns,
            "adaptation_rules": len(policy.adaptations),
            "applied": [dict(rule) for rule in assessment.applied],
            "state_version": assessment.state_version,
        }

    def _meta(
        self, assessment: Assessment, decoded: DecodedContext, validation_id: str, elapsed: float
    ) -> dict[str, Any]:
        return {
            "validation_id": validation_id,
            "version": VERSION,
            "path": assessment.context.path,
            "elapsed_ms": round(elapsed, 3),
            "source_sha256": assessment.source.sha256,
            "ignored_context": dict(decoded.ignored),
            "stages_ms": {name: round(ms, 3) for name, ms in assessment.stages.items()},
            "analyzers": {a.name: a.version for a in self._analyzers},
            "suppressed": plain(assessment.suppressed),
            "baselined": assessment.baselined,
            "elsewhere": assessment.elsewhere,
            "truncated": dict(assessment.truncated),
            "lines": assessment.inspection.lines,
            "budgets_s": dataclasses.asdict(self._budgets()),
            "not_asked": list(assessment.not_asked),
            "left_out": list(assessment.left_out),
        }
