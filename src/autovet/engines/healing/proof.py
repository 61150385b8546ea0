"""Whether a changed text is better than the original, as far as judging it again can tell."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from autovet.domain.finding import Finding
from autovet.domain.inspection import Inspection
from autovet.domain.severity import Severity

_EXECUTION = frozenset({"failing-example", "failing-doctest", "broken-business-rule"})


@dataclass(frozen=True, slots=True)
class Judged:
    """A text and what validation said about it.

    Attributes:
        held: for each example in a fixed order, whether it held.
        complete: every category could be decided.
        inspection: the facts of the tree that a search starts from.
    """

    text: str
    findings: tuple[Finding, ...]
    held: tuple[bool, ...] = ()
    complete: bool = True
    inspection: Inspection | None = None


def objection(
    before: Judged,
    after: Judged,
    wanted: Iterable[Finding],
    leaving_out: Collection[str] = frozenset(),
) -> str | None:
    """Return why the change is not proven, or None when it is.

    Proven: validated again in all categories, every wanted finding gone, none new at warning or
    above, and no example that held before fails. Findings of the rules in ``leaving_out`` are
    not looked at.
    """
    if not after.complete:
        return "the changed code could not be judged in every category"
    if len(after.held) < len(before.held):
        return "the changed code ran fewer examples"
    broken = [
        n
        for n, (old, new) in enumerate(zip(before.held, after.held, strict=False), 1)
        if old and not new
    ]
    if broken:
        return f"example {broken[0]} held before and fails now"
    left = _counts(after.findings)
    had = _counts(before.findings)
    for finding in wanted:
        if finding.rule in leaving_out:
            continue
        if left.get(finding.rule, 0) >= had.get(finding.rule, 0):
            return f"{finding.rule} is still reported"
    for rule, count in left.items():
        if rule not in leaving_out and count > had.get(rule, 0):
            return f"{rule} would be new"
    return None


OWN_INPUTS = frozenset({"unannounced-crash", "non-terminating-call"})
"""What fails on inputs that nobody stated: right code may do that."""
_STOPS = frozenset(
    {
        "undefined-name", "nonexistent-attribute", "nonexistent-member", "unknown-argument",
        "removed-in-target",
    }
)  # fmt: skip


def uncovered_by(wanted: Iterable[Finding]) -> frozenset[str]:
    """The rules that a repair may uncover: what nobody could run before may fail further on."""
    return OWN_INPUTS if any(f.rule in _STOPS for f in wanted) else frozenset()


def is_execution(finding: Finding) -> bool:
    """Whether running the code showed it, in a way that fails it."""
    if finding.severity is Severity.INFO:
        return False
    return finding.rule in _EXECUTION or "execution" in finding.sources


def _counts(findings: Sequence[Finding]) -> dict[str, int]:
    """How often each rule fires at warning or above."""
    counts: dict[str, int] = {}
    for finding in findings:
        if finding.severity is not Severity.INFO:
            counts[finding.rule] = counts.get(finding.rule, 0) + 1
    return counts
