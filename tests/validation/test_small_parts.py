"""Fingerprints, limits, recollection and recommendations."""

from dataclasses import replace

from autovet.domain.category import Category
from autovet.domain.context import Context
from autovet.domain.finding import Finding
from autovet.domain.inspection import Anchor
from autovet.domain.rule import Rule
from autovet.domain.selection import Selection
from autovet.domain.severity import Severity
from autovet.domain.span import Span
from autovet.engines.healing.proof import Judged
from autovet.validation.fingerprinting import with_ids
from autovet.validation.judging import judge
from autovet.validation.limiting import MOST_PER_RULE, limited
from autovet.validation.recollection import MOST_BYTES, Recollection
from autovet.validation.recommending import recommendations

FINDING = Finding(
    "weak-hash", Category.SECURITY, Severity.WARNING, 0.9, "it is weak", "m.py", Span(2, 1, 2, 9)
)


def test_an_id_follows_the_statement_and_not_the_line() -> None:
    (before,) = with_ids([FINDING], [Anchor(2, 2, "f", "abc")])
    moved = replace(FINDING, span=Span(9, 5, 9, 12), path="other.py")
    (after,) = with_ids([moved], [Anchor(9, 9, "f", "abc")])
    (changed,) = with_ids([FINDING], [Anchor(2, 2, "f", "xyz")])
    assert before.id == after.id != changed.id


def test_equal_findings_of_equal_statements_have_ids_of_their_own() -> None:
    twin = replace(FINDING, span=Span(5, 1, 5, 9))
    ids = {f.id for f in with_ids([FINDING, twin], [Anchor(2, 2, "", "a"), Anchor(5, 5, "", "a")])}
    assert len(ids) == 2


def test_a_flood_is_cut_and_counted_and_others_stay() -> None:
    flood = [replace(FINDING, span=Span(n, 1, n, 2)) for n in range(1, MOST_PER_RULE + 31)]
    other = replace(FINDING, rule="other", span=Span(999, 1, 999, 2))
    kept, left_out = limited([*flood, other])
    assert len(kept) == MOST_PER_RULE + 1
    assert other in kept
    assert left_out == {"weak-hash": 30}


def test_recollection_forgets_the_oldest_first() -> None:
    memory = Recollection()
    big = "x" * (MOST_BYTES // 2 + 1)
    for name in ("a", "b"):
        memory.remember(name, Judged(big, ()), Context())
    assert memory.recall("a") is None
    assert memory.recall("b") is not None


def test_recommendations_name_the_way_and_the_worst_first() -> None:
    grave = replace(FINDING, rule="hole", severity=Severity.ERROR, id="1")
    rule = Rule("hole", Category.SECURITY, doc="A hole.\n\nIt is bad.\n\nFill the hole.\n\nNever.")
    verdict = judge([replace(FINDING, id="2"), grave], (), {}, {}, {}, Severity.ERROR)
    first, second = recommendations(verdict, {"hole": rule})
    assert first["action"] == "Fill the hole. (line 2)"
    assert first["findings"] == ["1"]
    assert "it is weak" in second["action"]


def test_selection_by_rule_and_category() -> None:
    assert Selection().wants(FINDING)
    assert Selection(select=("security",)).wants(FINDING)
    assert not Selection(select=("performance",)).wants(FINDING)
    assert not Selection(ignore=("weak-hash",)).wants(FINDING)
