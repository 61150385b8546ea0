"""The main use case: one source in, one verdict out; nothing is healed or recorded here."""

import asyncio
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import lru_cache

from autovet.domain.admission import Admission, Refusal, SyntaxFault
from autovet.domain.category import Category
from autovet.domain.context import Context
from autovet.domain.document import Document
from autovet.domain.errors import AnalyzerError
from autovet.domain.event import FindingRecord
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
from autovet.validation.adapting import Place, adapt
from autovet.validation.assessment import Assessment
from autovet.validation.execution.stage import run_examples
from autovet.validation.facts import records_of
from autovet.validation.fingerprinting import with_ids
from autovet.validation.judging import judge
from autovet.validation.limiting import limited
from autovet.validation.merging import merge
from autovet.validation.policy_file import with_file
from autovet.validation.stage import StageResult

_SYNTAX_RULE = "syntax-error"
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
        self, source: Source, context: Context, policy: Policy, budgets: Budgets
    ) -> Assessment:
        """Judge one source; an engine that fails leaves its categories undecided."""
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
        document = _document(admission, context)
        async with asyncio.TaskGroup() as group:
            own = group.create_task(self._own_pass(handle, context, admission, limits, started))
            others = [
                group.create_task(_ask(analyzer, document, limits.analyzer_s))
                for analyzer in self._analyzers
            ]
        inspection, held, own_stages = own.result()
        stages = [*own_stages, *(task.result() for task in others)]
        return _assessment(
            source, context, admission, inspection, stages, held, policy, self._selection
        )

    def refuse(
        self, source: Source, context: Context, refusal: Refusal, policy: Policy
    ) -> Assessment:
        """Answer for an input that cannot even be read."""
        return _closed(source, context, Admission(refusal=refusal), policy, time.perf_counter())

    async def _own_pass(
        self,
        handle: InspectionHandle,
        context: Context,
        admission: Admission,
        limits: Budgets,
        started: float,
    ) -> tuple[Inspection, tuple[bool, ...], list[StageResult]]:
        try:
            inspection = await handle.report
        except AnalyzerError as error:
            failure = f"our own checks did not finish: {error}"
            stage = StageResult("checks", (), (), failure, frozenset(Category), _ms(started))
            return Inspection(), (), [stage]
        own = StageResult(
            "checks", inspection.findings, inspection.unverified, elapsed_ms=_ms(started)
        )
        if not context.execute:
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
                version = ".".join(map(str, sys.version_info[:2]))
                refusal = Refusal(
                    "newer-syntax",
                    f"line {fault.line} uses syntax newer than Python {version}, which Autovet "
                    "runs on; run it on a newer Python",
                )
                return _closed(source, context, Admission(refusal=refusal), policy, started)
        reason = f"the code is no valid Python (line {fault.line}), so nothing else was analysed"
        named = with_ids([_syntax_finding(fault, source.path)], ())
        verdict = judge(
            named,
            (),
            {c: reason for c in Category if c is not Category.CODE_QUALITY},
            {Category.CODE_QUALITY: [_SYNTAX_RULE]},
            {Category.CODE_QUALITY: _ms(started)},
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


async def _ask(analyzer: Analyzer, document: Document, timeout_s: float) -> StageResult:
    started = time.perf_counter()
    try:
        findings = await analyzer.analyze(document, timeout_s)
    except AnalyzerError as error:
        served = frozenset(
            rule.category for rule in analyzer.rules() if rule.severity is not Severity.INFO
        )
        failure = f"{analyzer.name} did not answer: {error}"
        return StageResult(analyzer.name, (), (), failure, served, _ms(started))
    return StageResult(analyzer.name, findings, elapsed_ms=_ms(started))


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


def _assessment(
    source: Source,
    context: Context,
    admission: Admission,
    inspection: Inspection,
    stages: Sequence[StageResult],
    held: tuple[bool, ...],
    policy: Policy,
    selection: Selection,
) -> Assessment:
    found = [f for stage in stages for f in stage.findings if selection.wants(f)]
    kept, truncated = limited(merge(found, inspection))
    found_now = with_ids(kept, inspection.anchors)
    unknown = [finding for finding in found_now if finding.id not in selection.known]
    named = [finding for finding in unknown if _is_asked_for(finding, context)]
    project = project_key(context)
    policy = with_file(policy, context, project)
    kind = file_kind(context.path, admission.text)
    place = Place(
        project,
        kind,
        context.generator or "",
        frozenset(anchor.home for anchor in inspection.anchors),
        time.time(),
    )
    adapted = adapt(named, inspection.suppressions, policy, place)
    lines = admission.text.splitlines()
    records = records_of(adapted.findings, lines, kind, inspection.functions)
    ranked = _ranked(adapted.findings, records, policy, place)
    hidden = records_of(adapted.hidden, lines, kind, inspection.functions, hidden=True)
    verdict = judge(
        ranked,
        [u for stage in stages for u in stage.unverified],
        _undecided(stages, inspection),
        _checked(stages, inspection),
        _elapsed(stages, inspection),
        Severity(context.fail_on),
    )
    return Assessment(
        source=source,
        context=context,
        admission=admission,
        inspection=inspection,
        verdict=verdict,
        stages={"parse": inspection.parse_ms, **{s.name: s.elapsed_ms for s in stages}},
        held=held,
        suppressed=adapted.suppressed,
        applied=adapted.applied,
        state_version=policy.version,
        truncated=truncated,
        baselined=len(found_now) - len(unknown),
        elsewhere=len(unknown) - len(named),
        records=(*records, *hidden),
    )


def _ranked(
    findings: Sequence[Finding], records: Sequence[FindingRecord], policy: Policy, place: Place
) -> Sequence[Finding]:
    """The findings with what their worth is believed to be, where anything was learned."""
    if policy.ranking is None:
        return findings
    return [
        replace(finding, worth=policy.ranking.worth(record, place.project, place.generator))
        for finding, record in zip(findings, records, strict=True)
    ]


def _is_asked_for(finding: Finding, context: Context) -> bool:
    """Whether the finding touches a line that the caller wants to hear about."""
    if context.changed_lines is None:
        return True
    span = finding.span
    return any(
        first <= span.end_line and span.line <= last for first, last in context.changed_lines
    )


def project_key(context: Context) -> str:
    """The name under which learning files what it sees of a project."""
    if context.root is not None:
        return context.root
    return context.framework or "*"


def _undecided(stages: Sequence[StageResult], inspection: Inspection) -> dict[Category, str]:
    reasons: dict[Category, str] = {}
    for stage in stages:
        if stage.failure is not None:
            for category in stage.categories:
                reasons.setdefault(category, stage.failure)
    for run in inspection.runs:
        if run.error is not None:
            reasons.setdefault(run.category, f"the check {run.check} failed: {run.error}")
    return reasons


def _checked(
    stages: Sequence[StageResult], inspection: Inspection
) -> Mapping[Category, Sequence[str]]:
    checked: dict[Category, list[str]] = {category: [] for category in Category}
    for run in inspection.runs:
        if run.error is None:
            checked[run.category].append(run.check)
    for stage in stages:
        if stage.failure is None and stage.name == "execution":
            checked[Category.BUSINESS_LOGIC].append(stage.name)
    return checked


def _elapsed(stages: Sequence[StageResult], inspection: Inspection) -> Mapping[Category, float]:
    elapsed = dict.fromkeys(Category, 0.0)
    for run in inspection.runs:
        elapsed[run.category] += run.elapsed_ms
    for stage in stages:
        if stage.name == "execution":
            elapsed[Category.BUSINESS_LOGIC] += stage.elapsed_ms
    return elapsed


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
