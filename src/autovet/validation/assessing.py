"""The main use case: one source in, one verdict out; nothing is healed or recorded here."""

import asyncio
import sys
import time
from collections import Counter
from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from functools import lru_cache, partial

from autovet.domain.admission import Admission, Refusal, SyntaxFault
from autovet.domain.category import Category
from autovet.domain.context import Context
from autovet.domain.document import Document
from autovet.domain.errors import AnalyzerError
from autovet.domain.file_kind import file_kind
from autovet.domain.finding import Finding
from autovet.domain.inspection import Inspection
from autovet.domain.plan import Budgets
from autovet.domain.policy import Policy
from autovet.domain.selection import Selection
from autovet.domain.severity import Severity
from autovet.domain.source import Source
from autovet.domain.span import Span
from autovet.ports import Analyzer, InspectionHandle, Inspector, Sandbox
from autovet.project.project import Project
from autovet.validation.assessment import Assessment
from autovet.validation.concluding import assessment_of
from autovet.validation.execution.stage import run_examples
from autovet.validation.facts import records_of
from autovet.validation.fingerprinting import with_ids
from autovet.validation.gating import Question, until_certain
from autovet.validation.judging import judge
from autovet.validation.stage import StageResult

_SYNTAX_RULE = "syntax-error"
_NEWER_SYNTAX_RULE = "newer-syntax-than-requires-python"
_OTHERS_SYNTAX_RULE = "invalid-syntax"
_NEWEST_PYTHON = "3.14"


class Assessor:
    """Shows one source to every engine at once and judges what they say."""

    def __init__(
        self,
        inspector: Inspector,
        analyzers: Sequence[Analyzer],
        sandbox: Sandbox,
        selection: Selection,
    ) -> None:
        self._selection = selection
        self._inspector = inspector
        self._analyzers = tuple(analyzers)
        self._sandbox = sandbox

    async def assess(
        self,
        source: Source,
        context: Context,
        policy: Policy,
        budgets: Budgets,
        held_back: Collection[str] = (),
        left_out: Collection[str] = (),
    ) -> Assessment:
        """Judge one source; an engine that fails leaves its categories undecided.

        Args:
            source: the code.
            context: what is known about it.
            policy: what was learned.
            budgets: how long stages may take.
            held_back: what a gate asks only when nothing else has found anything.
            left_out: analyzers that are not asked at all.
        """
        analyzers = [each for each in self._analyzers if each.name not in left_out]
        started = time.perf_counter()
        limits = _within(budgets, context.budget_ms)
        handle = self._inspector.inspect(
            source, context, admission_s=limits.admission_s, inspection_s=limits.inspection_s
        )
        try:
            admission = await handle.admission
        except AnalyzerError as error:
            refusal = Refusal("parser-crashed", str(error))
            return _closed(source, context, Admission(refusal=refusal), policy, started)
        if admission.syntax_fault is not None:
            return await self._not_python(source, context, admission, policy, limits, started)
        if admission.refusal is not None:
            return _closed(source, context, admission, policy, started)

        def judged(
            inspection: Inspection, stages: Sequence[StageResult], held: tuple[bool, ...]
        ) -> Assessment:
            return assessment_of(
                source, context, admission, inspection, stages, held, policy, self._selection
            )

        if context.gate:
            settled = await self._gate(
                handle, context, admission, limits, started, held_back, analyzers, judged
            )
            return self._without(settled, left_out)
        document = _document(admission, context)
        async with asyncio.TaskGroup() as group:
            own = group.create_task(self._own_pass(handle, context, admission, limits, started))
            others = [
                group.create_task(_ask(analyzer, document, limits.analyzer_s))
                for analyzer in analyzers
            ]
        inspection, held, own_stages = own.result()
        stages = [*own_stages, *(task.result() for task in others)]
        return self._without(judged(inspection, stages, held), left_out)

    def _without(self, assessment: Assessment, left_out: Collection[str]) -> Assessment:
        """With what was left out on record, and which engines were worth their time."""
        names = [each.name for each in self._analyzers]
        alone = Counter(
            finding.sources[0]
            for finding in assessment.verdict.findings
            if len(finding.sources) == 1
        )
        paid = {name: alone[name] for name in names if name in assessment.stages}
        skipped = tuple(name for name in names if name in left_out)
        return replace(assessment, paid=paid, left_out=skipped)

    def refuse(
        self, source: Source, context: Context, refusal: Refusal, policy: Policy
    ) -> Assessment:
        """Answer for an input that cannot even be read."""
        return _closed(source, context, Admission(refusal=refusal), policy, time.perf_counter())

    async def _gate(
        self,
        handle: InspectionHandle,
        context: Context,
        admission: Admission,
        limits: Budgets,
        started: float,
        held_back: Collection[str],
        analyzers: Sequence[Analyzer],
        judged: Callable[[Inspection, Sequence[StageResult], tuple[bool, ...]], Assessment],
    ) -> Assessment:
        """Judge one source as far as pass or fail needs it."""
        inspection, document = Inspection(), _document(admission, context)
        held: tuple[bool, ...] = ()

        async def own() -> StageResult:
            nonlocal inspection
            inspection, stage = await _inspected(handle, started)
            return stage

        async def execute() -> StageResult:
            nonlocal held
            executed = await run_examples(
                self._sandbox, inspection, context, admission.text, limits
            )
            held = executed.held
            return executed.stage

        questions = {
            analyzer.name: Question(
                partial(_ask, analyzer, document, limits.analyzer_s), _served(analyzer)
            )
            for analyzer in analyzers
        }
        if context.execute:
            questions["execution"] = Question(execute, frozenset({Category.BUSINESS_LOGIC}))

        after_own = ["execution"] if context.execute else []
        return await until_certain(
            own(), questions, after_own, held_back, lambda stages: judged(inspection, stages, held)
        )

    async def _own_pass(
        self,
        handle: InspectionHandle,
        context: Context,
        admission: Admission,
        limits: Budgets,
        started: float,
    ) -> tuple[Inspection, tuple[bool, ...], list[StageResult]]:
        inspection, own = await _inspected(handle, started)
        if own.failure is not None or not context.execute:
            return inspection, (), [own]
        executed = await run_examples(self._sandbox, inspection, context, admission.text, limits)
        return inspection, executed.held, [own, executed.stage]

    async def _not_python(
        self,
        source: Source,
        context: Context,
        admission: Admission,
        policy: Policy,
        limits: Budgets,
        started: float,
    ) -> Assessment:
        """Confirm a syntax error with an engine that knows newer versions than this process."""
        fault = admission.syntax_fault
        assert fault is not None  # noqa: S101 (the caller looked)
        document = Document(context.path, admission.neutral, python=_NEWEST_PYTHON)
        for analyzer in self._analyzers:
            if _OTHERS_SYNTAX_RULE not in {rule.id for rule in analyzer.rules()}:
                continue
            said = await _ask(analyzer, document, limits.analyzer_s)
            if said.failure is None and not any(
                f.rule == _OTHERS_SYNTAX_RULE for f in said.findings
            ):
                if (oldest := _oldest_supported(context)) is not None:
                    finding = _newer_syntax(fault, source.path, oldest)
                    return _condemned(source, context, admission, finding, policy, started)
                version = ".".join(map(str, sys.version_info[:2]))
                refusal = Refusal(
                    "newer-syntax",
                    f"line {fault.line} uses syntax newer than Python {version}, which Autovet "
                    "runs on; run it on a newer Python",
                )
                return _closed(source, context, Admission(refusal=refusal), policy, started)
        finding = _syntax_finding(fault, source.path)
        return _condemned(source, context, admission, finding, policy, started)


async def _inspected(handle: InspectionHandle, started: float) -> tuple[Inspection, StageResult]:
    """What our own checks say; where they did not finish, everything is undecided."""
    try:
        inspection = await handle.report
    except AnalyzerError as error:
        failure = f"our own checks did not finish: {error}"
        return Inspection(), StageResult(
            "checks", (), (), failure, frozenset(Category), _ms(started)
        )
    stage = StageResult(
        "checks", inspection.findings, inspection.unverified, elapsed_ms=_ms(started)
    )
    return inspection, stage


async def _ask(analyzer: Analyzer, document: Document, timeout_s: float) -> StageResult:
    started = time.perf_counter()
    try:
        findings = await analyzer.analyze(document, timeout_s)
    except AnalyzerError as error:
        failure = f"{analyzer.name} did not answer: {error}"
        return StageResult(analyzer.name, (), (), failure, _served(analyzer), _ms(started))
    return StageResult(analyzer.name, findings, elapsed_ms=_ms(started))


def _served(analyzer: Analyzer) -> frozenset[Category]:
    """The categories that it decides about."""
    return frozenset(
        rule.category for rule in analyzer.rules() if rule.severity is not Severity.INFO
    )


def _document(admission: Admission, context: Context) -> Document:
    return Document(
        path=context.path,
        text=admission.neutral,
        files=context.files,
        root=context.root,
        environment=context.environment,
        python=target_python(context),
        libraries=admission.libraries,
    )


def target_python(context: Context) -> str | None:
    """The oldest Python that must run the code, from the context or its ``pyproject.toml``."""
    if context.python is not None:
        return context.python
    return None if context.pyproject is None else _required_python(context.pyproject)


@lru_cache(maxsize=64)
def _required_python(pyproject: str) -> str | None:
    oldest = Project(Context(pyproject=pyproject)).declarations.python
    return None if oldest is None else ".".join(map(str, oldest))


def _closed(
    source: Source, context: Context, admission: Admission, policy: Policy, started: float
) -> Assessment:
    """The answer when the gate refuses: every category undecided, with its reason."""
    refusal = admission.refusal
    reason = f"refused ({refusal.code}): {refusal.message}" if refusal else "refused"
    verdict = judge((), (), dict.fromkeys(Category, reason), {}, {}, Severity(context.fail_on))
    return Assessment(
        source,
        context,
        admission,
        Inspection(),
        verdict,
        stages={"gate": _ms(started)},
        state_version=policy.version,
    )


def _condemned(
    source: Source,
    context: Context,
    admission: Admission,
    finding: Finding,
    policy: Policy,
    started: float,
) -> Assessment:
    """The answer for a text that cannot be parsed: one finding, and nothing else was looked at."""
    reason = f"{finding.message} (line {finding.span.line}), so nothing else was analysed"
    named = with_ids([finding], ())
    verdict = judge(
        named,
        (),
        {c: reason for c in Category if c is not finding.category},
        {finding.category: [finding.rule]},
        {finding.category: _ms(started)},
        Severity(context.fail_on),
    )
    return Assessment(
        source,
        context,
        admission,
        Inspection(),
        verdict,
        state_version=policy.version,
        records=tuple(records_of(named, (), file_kind(context.path), ())),
    )


def _oldest_supported(context: Context) -> str | None:
    """The oldest Python that the project names, if this process is no older than that."""
    oldest = Project(context).declarations.python
    return None if oldest is None or oldest > sys.version_info[:2] else ".".join(map(str, oldest))


def _newer_syntax(fault: SyntaxFault, path: str, oldest: str) -> Finding:
    version = ".".join(map(str, sys.version_info[:2]))
    return Finding(
        rule=_NEWER_SYNTAX_RULE,
        category=Category.CONTEXT_AWARENESS,
        severity=Severity.ERROR,
        confidence=0.95,
        message=f"this syntax is newer than Python {version}, but the project supports {oldest}",
        path=path,
        span=Span(fault.line, fault.column, fault.line, fault.column + 1),
        evidence={"parser": fault.message, "target": oldest},
    )


def _syntax_finding(fault: SyntaxFault, path: str) -> Finding:
    return Finding(
        rule=_SYNTAX_RULE,
        category=Category.CODE_QUALITY,
        severity=Severity.ERROR,
        confidence=1.0,
        message=f"the code is no valid Python: {fault.message}",
        path=path,
        span=Span(fault.line, fault.column, fault.line, fault.column + 1),
        evidence={"parser": fault.message},
    )


def _within(budgets: Budgets, budget_ms: float | None) -> Budgets:
    if budget_ms is None:
        return budgets
    limit = budget_ms / 1000
    return Budgets(
        admission_s=min(budgets.admission_s, limit),
        inspection_s=min(budgets.inspection_s, limit),
        analyzer_s=min(budgets.analyzer_s, limit),
        execution_s=min(budgets.execution_s, limit),
    )


def _ms(started: float) -> float:
    return (time.perf_counter() - started) * 1000
