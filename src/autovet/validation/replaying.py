"""The use case of a project's history: what became of the findings of old versions."""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace

from autovet.domain.context import Context
from autovet.domain.event import FindingRecord, Outcome
from autovet.domain.plan import Budgets
from autovet.domain.policy import Policy
from autovet.domain.revision import FileVersion
from autovet.domain.source import Source
from autovet.engines.learning.engine import AutonomousLearningEngine
from autovet.engines.learning.following import marks_of
from autovet.validation.assessing import Assessor
from autovet.validation.assessment import Assessment

MOST_VERSIONS = 2_000
_LEFT_AFTER = 3
"""Versions of its file that a finding must have outlived to count as left."""
Progress = Callable[[int, int, str], None]


@dataclass(slots=True)
class _File:
    text: str = ""
    open: dict[str, tuple[FindingRecord, int]] = field(default_factory=dict)


@dataclass(slots=True)
class Replay:
    """What a history taught.

    Attributes:
        versions: how many versions of files were judged.
        outcomes: what became of which findings.
        changes: how many small changes were taken in for fix patterns.
    """

    versions: int = 0
    outcomes: list[Outcome] = field(default_factory=list)
    changes: int = 0


async def replay(
    versions: Sequence[FileVersion],
    project: str,
    assessor: Assessor,
    learning: AutonomousLearningEngine,
    now: float,
    on_progress: Progress | None = None,
) -> Replay:
    """Judge the versions one after the other and learn from what changed between them.

    Nothing that was learned before has a say in it, and nothing of the code is run.

    Args:
        versions: oldest first; of very many only the newest count.
        project: the key under which learning files the outcomes.
        assessor: judges one version.
        learning: takes in what was found.
        now: the moment, in seconds since the epoch.
        on_progress: told the number done, the number of versions and the path just done.
    """
    replayed, files = Replay(), dict[str, _File]()
    chosen = versions[-MOST_VERSIONS:]
    for number, version in enumerate(chosen):
        if on_progress is not None:
            on_progress(number, len(chosen), version.path)
        if version.data is None:
            files.pop(version.path, None)
            continue
        source = Source(version.path, version.data)
        context = Context(path=version.path, execute=False, heal="none")
        assessment = await assessor.assess(source, context, Policy(), Budgets())
        if not assessment.text or not assessment.admission.text:
            continue
        replayed.versions += 1
        file = files.get(version.path)
        gone: list[FindingRecord] = []
        if file is not None:
            outcomes, gone = _compared(file, assessment, version, project, now)
            replayed.outcomes += outcomes
        else:
            file = files[version.path] = _File()
        if file.text and file.text != assessment.text:
            replayed.changes += await asyncio.to_thread(
                learning.fix_patterns.learn,
                version.path,
                file.text,
                assessment.text,
                tuple({finding.rule for finding in gone}),
            )
        _follow(file, assessment)
    replayed.outcomes += _left(files.values(), chosen, project, now)
    await learning.record_outcomes(replayed.outcomes)
    return replayed


def _compared(
    file: _File, assessment: Assessment, version: FileVersion, project: str, now: float
) -> tuple[list[Outcome], list[FindingRecord]]:
    """What became of the open findings in the next version, and those that were resolved."""
    marks = {mark for finding in assessment.records for mark in marks_of(finding)}
    scopes = {anchor.home for anchor in assessment.inspection.anchors}
    suppressed = {str(finding["id"]) for finding in assessment.suppressed}
    outcomes, gone = [], []
    for name, (finding, _) in list(file.open.items()):
        if name in suppressed:
            outcomes.append(_outcome(finding, "not-useful", "suppressed", version, project, now))
        elif not marks.isdisjoint(marks_of(finding)):
            continue
        elif finding.fingerprint and finding.fingerprint.scope in scopes:
            outcomes.append(_outcome(finding, "useful", "history", version, project, now))
            gone.append(finding)
        del file.open[name]
    return outcomes, gone


def _follow(file: _File, assessment: Assessment) -> None:
    known = {mark for finding, _ in file.open.values() for mark in marks_of(finding)}
    file.open = {name: (finding, seen + 1) for name, (finding, seen) in file.open.items()}
    for finding in assessment.records:
        if known.isdisjoint(marks_of(finding)):
            file.open[finding.finding_id] = (finding, 1)
    file.text = assessment.text


def _left(
    files: Iterable[_File], versions: Sequence[FileVersion], project: str, now: float
) -> list[Outcome]:
    if not versions:
        return []
    last = replace(versions[-1], author="")
    return [
        _outcome(finding, "left", "history", last, project, now)
        for file in files
        for finding, seen in file.open.values()
        if seen >= _LEFT_AFTER
    ]


def _outcome(
    finding: FindingRecord,
    verdict: str,
    origin: str,
    version: FileVersion,
    project: str,
    now: float,
) -> Outcome:
    return Outcome(
        now,
        finding.finding_id,
        finding.rule,
        project,
        verdict,
        origin=origin,
        author=f"git:{version.author}" if version.author else "git",
        finding=finding,
        happened=version.at,
    )
