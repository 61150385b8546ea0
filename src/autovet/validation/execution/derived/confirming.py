"""Turns what a call did when it ran alone into a finding."""

from dataclasses import dataclass

from autovet.domain.category import Category
from autovet.domain.execution import CallOutcome, StepOutcome
from autovet.domain.finding import Finding
from autovet.domain.severity import Severity
from autovet.domain.span import Span
from autovet.validation.execution.claim import Claim
from autovet.validation.execution.derived.changes import Change
from autovet.validation.execution.derived.crashes import Crashes
from autovet.validation.execution.derived.suspecting import Suspicion
from autovet.validation.execution.located import CodeMap
from autovet.validation.execution.reproducer import reproducer
from autovet.validation.value import same_value

_CONFIDENCE = {Severity.ERROR: 0.85, Severity.WARNING: 0.75, Severity.INFO: 0.6}
_CWE = {"ZeroDivisionError": 369, "RecursionError": 674}
_ENDLESS = 835


@dataclass(frozen=True, slots=True)
class Confirmation:
    """A suspicion, and what its call did alone."""

    suspicion: Suspicion
    got: StepOutcome

    @property
    def want(self) -> CallOutcome | None:
        """What the expression that the call must equal gave."""
        made = [call for group in self.got.calls for call in group]
        return made[0] if made else None


def finding(
    confirmation: Confirmation, code: CodeMap, crashes: Crashes, path: str
) -> Finding | None:
    """The finding; None where the call alone shows nothing."""
    suspicion = confirmation.suspicion
    if suspicion.endless:
        return _endless(confirmation, code, path)
    if suspicion.probe.rule:
        return _broken(confirmation, code, path)
    return _crash(confirmation, code, crashes, path)


def _crash(
    confirmation: Confirmation, code: CodeMap, crashes: Crashes, path: str
) -> Finding | None:
    probe, got = confirmation.suspicion.probe, confirmation.got
    if got.kind != "raised" or got.line is None or not crashes.counts(probe, got):
        return None
    said = f"raised {got.error}: {got.message}".rstrip(": ")
    promised = got.error == "AssertionError"
    what = "which says what holds of its result" if promised else "and nothing announces that"
    return _made(
        confirmation.suspicion,
        "broken-contract" if promised else "unannounced-crash",
        f"{probe.call} {said}; {probe.because}, {what}",
        {"got": said, "expected": "no such exception", "exception": got.error},
        code.statement(got.line),
        (path, code),
        _CWE.get(got.error),
    )


def _endless(confirmation: Confirmation, code: CodeMap, path: str) -> Finding | None:
    suspicion, got = confirmation.suspicion, confirmation.got
    probe = suspicion.probe
    if [call.kind for group in got.calls for call in group] != ["overtime"]:
        return None
    return _made(
        suspicion,
        "non-terminating-call",
        f"{probe.call} does not end; {probe.because}",
        {"got": "used up its processor time", "expected": "an end"},
        code.spans.get(probe.function, Span(1, 1, 1, 1)),
        (path, code),
        _ENDLESS,
    )


def _broken(confirmation: Confirmation, code: CodeMap, path: str) -> Finding | None:
    suspicion, got, want = confirmation.suspicion, confirmation.got, confirmation.want
    probe = suspicion.probe
    if got.kind != "returned" or want is None or want.kind != "returned":
        return None
    if same_value(want.value, got.value) is not False:
        return None
    message = (
        f"{'; '.join([*probe.setup, probe.call])} gives {got.text} where {want.text} was due: "
        f"{probe.because}"
    )
    if probe.rule == "broken-business-rule":
        message = f'{probe.setup[-1]} breaks the rule "{probe.because.rstrip(".")}": {probe.call}'
    return _made(
        suspicion,
        probe.rule,
        message,
        {"got": f"returned {got.text}", "expected": probe.returns or want.text},
        code.spans.get(probe.function, Span(1, 1, 1, 1)),
        (path, code),
        None,
    )


def change_finding(change: Change, code: CodeMap, path: str) -> Finding:
    """A call that comes out otherwise than before the change."""
    probe = change.probe
    return _made(
        Suspicion(probe, Severity.WARNING, others=change.others),
        "changed-behaviour",
        f"{probe.call} {change.after}; before the change it {change.before}, and neither the "
        "signature nor the docstring says that this was meant",
        {"got": change.after, "expected": change.before},
        code.spans.get(probe.function, Span(1, 1, 1, 1)),
        (path, code),
        None,
        returns=change.before.removeprefix("returned "),
    )


def _made(
    suspicion: Suspicion,
    rule: str,
    message: str,
    evidence: dict[str, object],
    span: Span,
    place: tuple[str, CodeMap],
    cwe: int | None,
    returns: str | None = None,
) -> Finding:
    probe = suspicion.probe
    path, code = place
    claim = Claim(
        origin="derived",
        call=probe.call,
        function=probe.function,
        stated_in=probe.because,
        step=0,
        setup=probe.setup,
        returns=returns if returns is not None else probe.returns,
    )
    return Finding(
        rule=rule,
        category=Category.BUSINESS_LOGIC,
        severity=suspicion.severity,
        confidence=_CONFIDENCE[suspicion.severity],
        message=message,
        path=path,
        span=span,
        evidence={
            "call": "; ".join([*probe.setup, probe.call]),
            **evidence,
            "stated_in": probe.because,
            "function": probe.function,
            "calls_alike": suspicion.others,
            "reproducer": reproducer(claim, path, is_async=code.is_async(probe.function)),
        },
        sources=("execution",),
        cwe=cwe,
    )
