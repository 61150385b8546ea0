"""Which probes came out otherwise than they should, and how much each such case weighs."""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from autovet.domain.execution import CallOutcome
from autovet.domain.probe import Probe
from autovet.domain.severity import Severity
from autovet.validation.execution.derived.crashes import Crashes
from autovet.validation.execution.derived.sweeping import Swept
from autovet.validation.execution.derived.weighing import weight
from autovet.validation.value import same_value

_MOST = 0.6
_BIG = 12
_NUMBER = re.compile(r"\d+")
_RETURNS = re.compile(r'docstring says "(?:return|compute|calculate|get|find|check|test)')
_TAGS = ("called", "none", "ordinary", "empty", "edge", "negative")
_NUMBERS = ("int", "float")


@dataclass(frozen=True, slots=True)
class Suspicion:
    """A probe that is worth a run of its own.

    Attributes:
        endless: it used up its processor time.
        others: how many more probes of the function came out like that.
    """

    probe: Probe
    severity: Severity
    endless: bool = False
    others: int = 0


def suspicions(probes: Sequence[Probe], swept: Swept, crashes: Crashes) -> Iterator[Suspicion]:
    """At most one suspicion for each function and way to fail, the simplest call of its group."""
    groups: dict[tuple[str, str, str], list[Probe]] = {}
    for probe in probes:
        if swept.allowed(probe) and (probe.sweep or probe.call) in swept.outcomes:
            groups.setdefault(
                (probe.function, probe.rule, probe.because if probe.rule else ""), []
            ).append(probe)
    # calls of which the docstring or the name says what comes of them
    meant = {p.call for p in probes if p.rule == "broken-property" and _is_independent(p)}
    for (_, rule, _), group in groups.items():
        if rule == "changed-behaviour":
            continue
        if rule:
            yield from _broken(group, swept)
        else:
            yield from _crashing(group, swept, crashes, meant)


def simplest(probes: Sequence[Probe]) -> Probe:
    """The most usual and shortest of some calls."""
    return min(probes, key=lambda p: (_TAGS.index(p.tag), len(p.call), p.call))


def _broken(group: Sequence[Probe], swept: Swept) -> Iterator[Suspicion]:
    decided = [(probe, differs(probe, swept)) for probe in group]
    wrong = [probe for probe, different in decided if different]
    known = [probe for probe, different in decided if different is not None]
    if not wrong or (group[0].most and len(wrong) < _MOST * len(known)):
        return
    probe = simplest(wrong)
    weight = Severity.WARNING if probe.tag == "empty" or _is_soft(probe) else Severity.ERROR
    yield Suspicion(probe, weight, others=len(wrong) - 1)


def _is_independent(probe: Probe) -> bool:
    """Whether what is due does not rest on the function itself."""
    name = probe.function.rpartition(".")[2]
    return not probe.most and f"{name}(" not in (probe.returns or "")


def _is_soft(probe: Probe) -> bool:
    return probe.rule == "result-depends-on-earlier-calls"


def differs(probe: Probe, swept: Swept) -> bool | None:
    """Whether a call gave another value than it must; None where that cannot be said."""
    got = swept.outcomes.get(probe.sweep or probe.call)
    want = swept.outcomes.get(probe.returns or "")
    if got is None or want is None or got.kind != "returned" or want.kind != "returned":
        return None
    same = same_value(want.value, got.value)
    if same is not False:
        return None if same is None else False
    if got.value == ["none"]:
        return True if _RETURNS.search(probe.because) else None  # others may work in place
    tags = {"number" if value[0] in _NUMBERS else value[0] for value in (got.value, want.value)}
    if len(tags) > 1 or _rounded(got, want):
        return None
    return True


def _rounded(got: CallOutcome, want: CallOutcome) -> bool:
    """Whether the result is the expected one with fewer digits."""
    if {got.value[0], want.value[0]} != {"float"}:
        return False
    a, b = float.fromhex(got.value[1]), float.fromhex(want.value[1])
    return any(a == round(b, digits) for digits in range(1, 9))


def _crashing(
    group: Sequence[Probe], swept: Swept, crashes: Crashes, meant: Collection[str]
) -> Iterator[Suspicion]:
    ordinary = [p for p in group if p.tag == "ordinary"]
    ways: dict[tuple[str, int | None], list[Probe]] = {}
    for probe in group:
        outcome = swept.outcomes[probe.call]
        if outcome.kind == "overtime" and _is_small(probe.call):
            ways.setdefault(("", None), []).append(probe)
        elif outcome.kind == "raised" and crashes.counts(probe, outcome):
            ways.setdefault((outcome.error, outcome.line), []).append(probe)
    for (error, _), failing in ways.items():
        share = sum(p.tag == "ordinary" for p in failing) / max(1, len(ordinary))
        own = crashes.is_of_its_own(swept.outcomes[failing[0].call])
        weighed = [
            (p, Severity.ERROR if p.call in meant else weight(p, error, share, own=own))
            for p in failing
        ]
        grave = [(p, s) for p, s in weighed if s is not None]
        if grave:
            top = max(s.rank for _, s in grave)
            probe = simplest([p for p, s in grave if s.rank == top])
            severity = next(s for p, s in grave if p is probe)
            yield Suspicion(probe, severity, endless=not error, others=len(failing) - 1)


def _is_small(call: str) -> bool:
    return all(int(number) <= _BIG for number in _NUMBER.findall(call) if len(number) < 9)
