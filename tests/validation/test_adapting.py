"""Suppressions and learned rules change what is shown, on record, and never silence danger."""

from dataclasses import replace

from autovet.domain.category import Category
from autovet.domain.finding import Finding
from autovet.domain.inspection import Suppression
from autovet.domain.policy import AdaptationRule, Policy
from autovet.domain.severity import Severity
from autovet.domain.span import Span
from autovet.validation.adapting import Place, adapt

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


def learned(action: str, **more: object) -> Policy:
    return Policy(adaptations=(AdaptationRule("long-function", "shop", action, **more),))  # type: ignore[arg-type]  # test


def findings(count: int = 400) -> list[Finding]:
    return [replace(FINDING, id=f"{number:016x}") for number in range(count)]


def test_hidden_ones_are_left_out_but_for_the_same_few() -> None:
    policy = learned("hide", kind="test")
    adapted = adapt(findings(), (), policy, Place("shop", "test"))
    assert 0 < len(adapted.findings) < 40
    assert len(adapted.hidden) + len(adapted.findings) == 400
    assert adapt(findings(), (), policy, Place("shop", "test")).findings == adapted.findings
    assert len(adapt(findings(), (), policy, Place("shop", "production")).findings) == 400
    assert len(adapt(findings(), (), policy, Place("other", "test")).findings) == 400


def test_what_is_hidden_for_one_generator_is_shown_of_others() -> None:
    policy = learned("hide", generator="model-a")
    assert len(adapt(findings(), (), policy, Place("shop", "", "model-b")).findings) == 400
    assert len(adapt(findings(), (), policy, Place("shop", "", "model-a")).findings) < 40


def test_a_threshold_leaves_out_what_is_less_sure() -> None:
    unsure = replace(FINDING, confidence=0.6, id="unsure")
    adapted = adapt([FINDING, unsure], (), learned("threshold", value=0.8), "shop")
    assert [f.id for f in adapted.findings] == ["abc"]
    assert [f.id for f in adapted.hidden] == ["unsure"]


def test_promotion_stops_at_warning() -> None:
    info, error = (replace(FINDING, severity=s) for s in (Severity.INFO, Severity.ERROR))
    adapted = adapt([info, FINDING, error], (), learned("promote"), "shop")
    assert [f.severity.value for f in adapted.findings] == ["warning", "warning", "error"]
    assert len(adapted.applied) == 1


def test_nothing_learned_hides_a_security_error() -> None:
    for action in ("hide", "threshold", "probation", "demote"):
        for origin in ("learned", "file"):
            policy = learned(action, value=1.0, origin=origin, state="pinned")
            assert adapt([DANGER], (), policy, "shop").findings == (DANGER,)
