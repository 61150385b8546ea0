"""Fixes that would be right if more were known, and are left alone until it is."""

from collections.abc import Iterable

from autovet.domain.context import Context
from autovet.domain.finding import Finding
from autovet.domain.severity import Severity
from autovet.engines.healing.proof import is_execution
from autovet.engines.healing.proposals import Proposal

_UNUSED = frozenset(
    {"unused-import", "unused-variable", "unused-unpacked-variable", "redefined-while-unused"}
)
NEEDED = "what is unused may be what is missing: running the code shows that it goes wrong"
FRAGMENT = "nothing is known of the code around it, which may use the import"


def reason_to_wait(proposal: Proposal, findings: Iterable[Finding], context: Context) -> str | None:
    """Why a fix is not even tried, or None.

    While something fails, a name that nothing reads is a trace of the mistake: taking it away
    would hide it. An import that a lone piece of code does not use may be meant for what the
    piece is put into, so it alone is no reason to change a sound piece; in a project, everything
    that could use it is there to be seen.
    """
    if proposal.finding.rule not in _UNUSED:
        return None
    if any(map(is_execution, findings)):
        return NEEDED
    if proposal.finding.rule == "unused-import" and _stands_alone(context):
        weighty = (f for f in findings if f.severity is not Severity.INFO)
        return FRAGMENT if all(f.rule == "unused-import" for f in weighty) else None
    return None


def _stands_alone(context: Context) -> bool:
    """Whether the caller said nothing of where the code belongs."""
    placed = context.path != Context().path or context.root or context.files
    return not (placed or context.pyproject is not None or context.previous is not None)
