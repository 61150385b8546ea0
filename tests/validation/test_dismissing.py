"""A dismissed finding is recognised while its code means the same, and only then."""

import pytest

from autovet.domain.category import Category
from autovet.domain.finding import Finding
from autovet.domain.policy import AdaptationRule, Policy
from autovet.domain.severity import Severity
from autovet.domain.span import Span
from autovet.source.anchors import anchors_of
from autovet.source.parsing import parse_module
from autovet.validation.dismissing import dismissed_among
from autovet.validation.fingerprinting import with_ids

BEFORE = """def load(path, tries):
    handle = open(path)
    text = handle.read()
    return text * tries
"""


def findings(text, *lines, category=Category.CODE_QUALITY, path="app/a.py"):
    module = parse_module(path, text)
    anchors = anchors_of(module.index, module.scopes)
    found = [
        Finding("leak", category, Severity.WARNING, 0.9, "m", path, Span(line, 1, line, 2))
        for line in lines
    ]
    return with_ids(found, anchors), {anchor.home for anchor in anchors}


def dismissals(text, *lines, **more):
    found, _ = findings(text, *lines, **more)
    return Policy(
        adaptations=tuple(
            AdaptationRule(
                f.rule, "shop", "dismiss", finding_id=f.id, path=f.path, fingerprint=f.fingerprint
            )
            for f in found
        )
    )


def dismissed_lines(policy, text, *lines, project="shop", now=None, **more):
    found, scopes = findings(text, *lines, **more)
    taken = dismissed_among(found, policy, project, scopes, now)
    return sorted(found[place].span.line for place in taken)


@pytest.mark.parametrize(
    ("after", "line"),
    [
        ("import os\n\n\n" + BEFORE, 5),
        (BEFORE.replace("handle", "stream").replace("path", "where"), 2),
        (BEFORE.replace("open(path)", "open(\n        path\n    )"), 2),
        (BEFORE.replace("load", "load_text"), 2),
        (BEFORE.replace("load", "load_text").replace("handle", "stream"), 2),
    ],
)
def test_it_survives_what_keeps_the_meaning(after, line):
    assert dismissed_lines(dismissals(BEFORE, 2), after, line) == [line]


@pytest.mark.parametrize(
    "after",
    [
        BEFORE.replace("open(path)", "open(path, 'w')"),
        BEFORE.replace("open(path)", "open(tries)"),
        BEFORE.replace("open(path)", "codecs.open(path)"),
    ],
)
def test_it_comes_back_when_the_meaning_changes(after):
    assert dismissed_lines(dismissals(BEFORE, 2), after, 2) == []


def test_it_survives_a_renamed_file_but_not_as_another_function():
    policy = dismissals(BEFORE, 2)
    assert dismissed_lines(policy, BEFORE, 2, path="app/b.py") == [2]
    renamed = BEFORE.replace("load", "other")
    assert dismissed_lines(policy, renamed, 2, path="app/b.py") == []


def test_a_copy_elsewhere_is_reported():
    both = BEFORE + "\n\n" + BEFORE.replace("load", "again")
    assert dismissed_lines(dismissals(BEFORE, 2), both, 2, 8) == [2]


def test_a_copy_above_does_not_take_its_place():
    text = "def f(a):\n    g(a)\n    h(a)\n    return a\n"
    policy = dismissals(text, 3)
    after = "def f(a):\n    h(a)\n    k(a)\n    g(a)\n    h(a)\n    return a\n"
    assert dismissed_lines(policy, after, 2, 5) == [5]


def test_what_a_function_does_is_part_of_it_and_its_shape_is_not():
    changed = BEFORE.replace("text * tries", "text * 2")
    assert dismissed_lines(dismissals(BEFORE, 1), changed, 1) == []
    shape = {"category": Category.MAINTAINABILITY}
    policy = dismissals(BEFORE, 1, **shape)
    assert dismissed_lines(policy, changed, 1, **shape) == [1]
    grown = BEFORE + "".join(f"    step({n})\n" for n in range(9))
    assert dismissed_lines(policy, grown, 1, **shape) == []


def test_it_ends_with_its_time_and_its_project():
    (rule,) = dismissals(BEFORE, 2).adaptations
    policy = Policy(adaptations=(AdaptationRule(
        rule.rule, "shop", "dismiss", finding_id=rule.finding_id, fingerprint=rule.fingerprint,
        expires=100.0,
    ),))  # fmt: skip
    assert dismissed_lines(policy, BEFORE, 2, now=99.0) == [2]
    assert dismissed_lines(policy, BEFORE, 2, now=101.0) == []
    assert dismissed_lines(policy, BEFORE, 2, now=99.0, project="other") == []
