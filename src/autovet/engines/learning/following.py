"""What becomes of findings from one version of a file to the next."""

import zlib
from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass, field

from autovet.domain.event import FindingRecord, Outcome, ValidationRecord

MOST_FILES = 2_000
PATIENCE = 3
"""A finding that was there in so many versions of its file, one after the other, was left."""


@dataclass(slots=True)
class _File:
    """The newest version of a file that was seen.

    Attributes:
        open: finding to how many versions it was there for.
        healed: findings that a fix of ours resolved, by their marks.
    """

    at: float
    sha256: str
    generator: str
    open: dict[str, tuple[FindingRecord, int]] = field(default_factory=dict)
    healed: dict[str, FindingRecord] = field(default_factory=dict)


@dataclass(slots=True)
class Following:
    """Follows the findings of the files seen last and tells what became of them."""

    _files: OrderedDict[tuple[str, str], _File] = field(default_factory=OrderedDict)

    def observe(self, record: ValidationRecord) -> list[Outcome]:
        """Take in a validation; what it says about the one before of the same file is returned.

        A finding counts as fixed when its function or class is still there and it is not.
        """
        key = (record.project, record.path)
        before = self._files.get(key)
        if before is not None and (before.sha256 == record.source_sha256 or record.at < before.at):
            return []
        if record.decision == "indeterminate":
            return []  # a finding may be missing because its analysis is
        now = {finding.finding_id: finding for finding in record.findings}
        marks = {mark for finding in now.values() for mark in marks_of(finding)}
        file = _File(record.at, record.source_sha256, record.generator)
        outcomes = _compared(before, file, record, marks) if before is not None else []
        known = {mark for finding, _ in file.open.values() for mark in marks_of(finding)}
        for finding in now.values():
            if known.isdisjoint(marks_of(finding)):
                file.open[finding.finding_id] = (finding, 1)
        file.healed |= {name: now[name] for name in record.healed_findings if name in now}
        self._files[key] = file
        self._files.move_to_end(key)
        if len(self._files) > MOST_FILES:
            self._files.popitem(last=False)
        return outcomes


def _compared(
    before: _File, file: _File, record: ValidationRecord, marks: set[str]
) -> list[Outcome]:
    """What became of the open findings and of our fixes; what stays open is carried over."""
    outcomes = []
    for name, (finding, versions) in before.open.items():
        healed = name in before.healed
        if name in record.suppressed:
            outcomes.append(_outcome(record, finding, "not-useful", "suppressed"))
        elif not marks.isdisjoint(marks_of(finding)):
            if versions + 1 == PATIENCE:
                outcomes.append(_outcome(record, finding, "left", "left"))
            file.open[name] = (finding, versions + 1)
        elif _scope(finding) in record.scopes:
            outcomes.append(_outcome(record, finding, "useful", "healed" if healed else "fixed"))
    for name, finding in before.healed.items():
        if marks.isdisjoint(marks_of(finding)):
            file.healed[name] = finding
        elif name not in before.open:
            outcomes.append(_outcome(record, finding, "not-useful", "healed"))
    return outcomes


def marks_of(finding: FindingRecord) -> tuple[str, ...]:
    """What a finding is recognised by in another version of its file."""
    mark = finding.fingerprint
    if mark is None:
        return (finding.finding_id,)
    return (mark.exact, mark.bound)


def scope_marks(scopes: Iterable[str]) -> tuple[int, ...]:
    """Scopes in few bytes, for the record."""
    return tuple(sorted({zlib.crc32(scope.encode("utf-8", "replace")) for scope in scopes}))


def _scope(finding: FindingRecord) -> int:
    scope = finding.fingerprint.scope if finding.fingerprint else ""
    return zlib.crc32(scope.encode("utf-8", "replace"))


def _outcome(
    record: ValidationRecord, finding: FindingRecord, verdict: str, origin: str
) -> Outcome:
    return Outcome(
        record.at,
        finding.finding_id,
        finding.rule,
        record.project,
        verdict,
        origin=origin,
        author=f"{origin}:{record.generator}" if record.generator else "",
        generator=record.generator,
        finding=finding,
    )
