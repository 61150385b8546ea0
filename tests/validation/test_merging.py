"""One finding a problem, whoever reports it."""

from dataclasses import replace

from autovet.domain.category import Category
from autovet.domain.finding import Finding
from autovet.domain.inspection import ImportedModule, Inspection
from autovet.domain.severity import Severity
from autovet.domain.span import Span
from autovet.validation.merging import merge

OURS = Finding(
    "sql-injection", Category.SECURITY, Severity.ERROR, 0.9, "flow", "m.py", Span(3, 5, 3, 40),
    evidence={"path": [1]}, cwe=89,
)  # fmt: skip
THEIRS = replace(
    OURS, rule="sql-by-string", severity=Severity.WARNING, span=Span(3, 17, 3, 30),
    sources=("ruff",), evidence={"code": "S608"},
)  # fmt: skip
IMPORT = Finding(
    "nonexistent-module", Category.FACTUAL_ACCURACY, Severity.ERROR, 0.9, "gone", "m.py",
    Span(1, 8, 1, 12), sources=("ty",),
)  # fmt: skip


def test_one_weakness_at_one_place_is_one_finding() -> None:
    (merged,) = merge([THEIRS, OURS], Inspection())
    assert merged.rule == "sql-injection"
    assert merged.sources == ("autovet", "ruff")
    assert merged.evidence == {"path": [1], "code": "S608"}


def test_two_places_stay_two() -> None:
    assert len(merge([OURS, replace(OURS, span=Span(9, 1, 9, 5))], Inspection())) == 2


def test_two_weaknesses_of_one_line_stay_two() -> None:
    assert len(merge([OURS, replace(THEIRS, cwe=78)], Inspection())) == 2


def test_the_same_rule_from_two_engines_is_one() -> None:
    (merged,) = merge([OURS, replace(OURS, sources=("ruff",))], Inspection())
    assert merged.sources == ("autovet", "ruff")


def test_an_import_whose_absence_is_provided_for_is_no_mistake() -> None:
    guarded = Inspection(imports=(ImportedModule("x", Span(1, 8, 1, 12), guarded=True),))
    missing = Inspection(imports=(ImportedModule("x", Span(1, 8, 1, 12), False, missing=True),))
    assert merge([IMPORT], guarded) == merge([IMPORT], missing) == []
    assert merge([IMPORT], Inspection()) == [IMPORT]


def test_a_dangerous_call_with_constants_only_is_no_weakness() -> None:
    loading = replace(THEIRS, rule="unsafe-yaml-load", cwe=502)
    harmless = Inspection(harmless=(loading.span,))
    assert merge([loading], harmless) == []
    assert merge([loading], Inspection()) == [loading]
    elsewhere = replace(loading, span=Span(90, 1, 90, 5))
    assert merge([elsewhere], harmless) == [elsewhere]
    other = replace(loading, rule="weak-hash", cwe=328)
    assert merge([other], harmless) == [other]


def test_an_unused_import_that_its_author_keeps_is_a_hint() -> None:
    span = Span(1, 1, 1, 10)
    unused = replace(
        IMPORT, rule="unused-import", category=Category.CODE_QUALITY,
        severity=Severity.WARNING, span=span, sources=("ruff",),
    )  # fmt: skip
    (kept,) = merge([unused], Inspection(kept_imports=(span,)))
    assert kept.severity is Severity.INFO
    assert merge([unused], Inspection()) == [unused]
