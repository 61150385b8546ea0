"""What is kept of a finding, so that outcomes can be understood later."""

import re
from collections.abc import Iterable, Sequence

from autovet.domain.event import FindingRecord
from autovet.domain.file_kind import FileKind
from autovet.domain.finding import Finding
from autovet.domain.inspection import FunctionSpan

_STRING = re.compile(r"\"[^\"]*\"|'[^']*'")
_UNCLOSED = re.compile(r"[\"'].*")
_NUMBER = re.compile(r"\d+")
_NAMED = re.compile(r"`([^`]{1,60})`|'([^']{1,60})'")
_LONGEST_LINE = 100
_READ = 400
_MOST_WORDS = 6


def records_of(
    findings: Iterable[Finding],
    lines: Sequence[str],
    kind: FileKind,
    functions: Sequence[FunctionSpan],
    *,
    hidden: bool = False,
) -> list[FindingRecord]:
    """The records of findings of one file.

    Args:
        findings: with ids.
        lines: of the file.
        kind: of the file.
        functions: the functions of the file.
        hidden: what was learned keeps them out of the report.
    """
    return [
        FindingRecord(
            finding.id,
            finding.rule,
            finding.category.value,
            finding.severity.value,
            finding.path,
            finding.span.line,
            text=blanked(_line(lines, finding)),
            width=len(_line(lines, finding).strip()),
            words=_named(finding.message),
            kind=kind.value,
            function_lines=_function_lines(finding.span.line, functions),
            confidence=round(finding.confidence, 3),
            fingerprint=finding.fingerprint,
            hidden=hidden,
        )
        for finding in findings
    ]


def _line(lines: Sequence[str], finding: Finding) -> str:
    return lines[finding.span.line - 1] if finding.span.line <= len(lines) else ""


def blanked(line: str) -> str:
    """A line without what its strings and numbers say, so that no secret of it is kept."""
    start = line.strip()[:_READ]  # a string that is cut off here counts as unclosed
    text = _UNCLOSED.sub("S", _STRING.sub("S", start))
    return _NUMBER.sub("0", text)[:_LONGEST_LINE]


def _named(message: str) -> tuple[str, ...]:
    found = [one or other for one, other in _NAMED.findall(message)]
    return tuple(name for name in found if name.replace(".", "").isidentifier())[:_MOST_WORDS]


def _function_lines(line: int, functions: Sequence[FunctionSpan]) -> int:
    spans = [f.span for f in functions if f.span.touches_line(line)]
    return min((s.end_line - s.line + 1 for s in spans), default=0)
