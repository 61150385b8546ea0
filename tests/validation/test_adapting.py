"""Suppressions and learned rules change what is shown, on record, and never silence danger."""

from dataclasses import replace

from autovet.domain.category import Category
from autovet.domain.finding import Finding
from autovet.domain.inspection import Suppression
from autovet.domain.policy import AdaptationRule, Policy
from autovet.domain.severity import Severity
from autovet.domain.span import Span
from autovet.validation.adapting import adapt

FINDING = Finding(
    "long-function", Category.MAINTAINABILITY, Severity.WARNING, 0.9, "long", "m.py",
    Span(3, 1, 3, 5), id="abc",
)  # fmt: skip
DANGER = replace(FINDING, category=Category.SECURITY, severity=Severity.ERROR)


def policy(action: str, **more: str) -> Policy:
    rule = AdaptationRule("long-function", "*", action, **more)  # type: ignore[arg-type]  # test
    return Policy(adaptations=(rule,))


def test_a_suppression_is_honoured_counted_and_shown() -> None:
    adapted = adapt([FINDING], [Suppression(3, ("long-function",), "flat table")], Policy(), "*")
    assert adapted.findings == ()
    assert adapted.suppressed[0]["reason"] == "flat table"


def test_a_suppression_of_another_rule_or_line_does_nothing() -> None:
    others = [Suppression(3, ("other",)), Suppression(4, ())]
    assert adapt([FINDING], others, Policy(), "*").findings == (FINDING,)


def test_dismissed_stays_dismissed() -> None:
    adapted = adapt([FINDING], (), policy("dismiss", finding_id="abc"), "shop")
    assert adapted.findings == ()
    assert adapted.applied[0]["action"] == "dismiss"
    assert adapt([FINDING], (), policy("dismiss", finding_id="xyz"), "shop").findings


def test_demotion_lowers_by_one_step_and_stops_at_info() -> None:
    (once,) = adapt([FINDING], (), policy("demote"), "shop").findings
    assert once.severity is Severity.INFO
    (twice,) = adapt([once], (), policy("demote"), "shop").findings
    assert twice.severity is Severity.INFO


def test_statistics_never_silence_a_security_error() -> None:
    assert adapt([DANGER], (), policy("demote"), "shop").findings == (DANGER,)
