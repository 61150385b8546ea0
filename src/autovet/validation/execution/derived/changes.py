"""Calls that the text before the change answered otherwise."""

from collections.abc import Sequence
from dataclasses import dataclass

from autovet.domain.execution import CallOutcome
from autovet.domain.probe import Probe
from autovet.validation.execution.derived.suspecting import simplest
from autovet.validation.execution.derived.sweeping import Swept
from autovet.validation.value import same_value

_ADDRESS = " at 0x"


@dataclass(frozen=True, slots=True)
class Change:
    """The simplest call of a function that comes out otherwise now."""

    probe: Probe
    before: str
    after: str
    others: int


def changes(probes: Sequence[Probe], before: Swept, after: Swept) -> list[Change]:
    """One for each function of which some call changed."""
    changed: dict[str, list[Probe]] = {}
    for probe in probes:
        old, new = before.outcomes.get(probe.call), after.outcomes.get(probe.call)
        if old is not None and new is not None and _differ(old, new):
            changed.setdefault(probe.function, []).append(probe)
    found = []
    for group in changed.values():
        probe = simplest(group)
        old, new = before.outcomes[probe.call], after.outcomes[probe.call]
        found.append(Change(probe, _said(old), _said(new), len(group) - 1))
    return found


def _differ(old: CallOutcome, new: CallOutcome) -> bool:
    """A crash that is gone, or an input that neither was made for, is no change to warn of."""
    if "overtime" in {old.kind, new.kind} or old.kind == "raised":
        return False
    if new.kind == "raised":
        return new.error not in {"TypeError", "AttributeError"}
    if _ADDRESS in old.text:
        return False
    return same_value(old.value, new.value) is False


def _said(outcome: CallOutcome) -> str:
    if outcome.kind == "raised":
        return f"raised {outcome.error}: {outcome.message}".rstrip(": ")
    return f"returned {outcome.text}"
