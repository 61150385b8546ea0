"""Which change belongs to which report."""

from collections.abc import Callable, Iterable, Mapping

from autovet.domain.finding import Finding
from autovet.domain.fix import Fix, Safety
from autovet.domain.severity import Severity
from autovet.engines.healing.codemods.closures import bound_when_made
from autovet.engines.healing.codemods.defaults import fresh_default
from autovet.engines.healing.codemods.idioms import (
    awaited_sleep,
    named_exception,
    plain_assertion,
)
from autovet.engines.healing.codemods.loops import joined_text, searched_set
from autovet.engines.healing.codemods.names import (
    nearest_argument,
    nearest_member,
    nearest_variable,
    successor,
)
from autovet.engines.healing.codemods.security import system_random, verifying_context
from autovet.engines.healing.proposals import Proposal
from autovet.source.module import Module
from autovet.source.parsing import parse_module

_BY_RULE: Mapping[str, Callable[[Finding, Module], Fix | None]] = {
    "undefined-name": nearest_variable,
    "nonexistent-attribute": nearest_member,
    "nonexistent-member": nearest_member,
    "unknown-argument": nearest_argument,
    "removed-in-target": successor,
    "bare-except": named_exception,
    "assert-on-tuple": plain_assertion,
    "certificate-not-verified": verifying_context,
    "blocking-call-in-async": awaited_sleep,
    "insecure-random-for-secrets": system_random,
    "late-binding-closure": bound_when_made,
    "mutable-default": fresh_default,
    "list-searched-for-every-item": searched_set,
    "quadratic-concatenation": joined_text,
}


def codemod_proposals(text: str, path: str, findings: Iterable[Finding]) -> list[Proposal]:
    """What can be tried for findings above info that bring no change to be tried."""
    wanting = [
        f
        for f in findings
        if f.rule in _BY_RULE
        and f.severity is not Severity.INFO
        and (f.fix is None or f.fix.safety is Safety.MANUAL)
    ]
    module = parse_module(path, text) if wanting else None
    if module is None:
        return []
    made = ((f, _BY_RULE[f.rule](f, module)) for f in wanting)
    return [Proposal(finding, fix) for finding, fix in made if fix is not None]
