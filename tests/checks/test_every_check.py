"""What holds for every check, proven on the examples that stand beside it."""

import ast

import pytest
from stated_knowledge import StatedKnowledge

from autovet.checks.check import Check
from autovet.checks.example import Example
from autovet.checks.registry import all_checks
from autovet.checks.runner import run_checks
from autovet.domain.finding import Finding
from autovet.project.project import Project
from autovet.source.edits import apply_edits
from autovet.source.module import Module
from autovet.source.parsing import parse_module

BAD = [pytest.param(c, e, id=f"{c.rule.id}-{i}") for c in all_checks() for i, e in enumerate(c.bad)]
GOOD = [
    pytest.param(c, e, id=f"{c.rule.id}-{i}") for c in all_checks() for i, e in enumerate(c.good)
]


def findings(check: Check, example: Example, text: str) -> list[Finding]:
    module = parse_module(example.path, text)
    assert isinstance(module, Module), "the example is no Python"
    knowledge = StatedKnowledge(example)
    reports, runs = run_checks([check], module, Project(example.as_context), knowledge)
    assert runs[0].error is None, runs[0].error
    return [r for r in reports if isinstance(r, Finding)]


@pytest.mark.parametrize(("check", "example"), BAD)
def test_bad_fires_at_its_marks(check: Check, example: Example) -> None:
    assert example.marked_lines, "a bad example marks the lines at which findings begin"
    found = findings(check, example, example.text)
    assert [f.span.line for f in found] == example.marked_lines
    for finding in found:
        assert finding.rule == check.rule.id
        assert finding.message[-1] not in ".\n"
        assert 0 < finding.confidence <= 1


@pytest.mark.parametrize(("check", "example"), GOOD)
def test_good_is_silent(check: Check, example: Example) -> None:
    assert findings(check, example, example.text) == []


@pytest.mark.parametrize(("check", "example"), BAD)
def test_fix_removes_its_finding_and_adds_none(check: Check, example: Example) -> None:
    for finding in findings(check, example, example.text):
        if finding.fix is None:
            continue
        fixed = apply_edits(example.text, finding.fix.edits)
        ast.parse(fixed)
        left = findings(check, example, fixed)
        assert len(left) == len(example.marked_lines) - 1
        if not left:
            assert fixed != example.text


def test_documentation_says_what_why_and_how() -> None:
    for check in all_checks():
        paragraphs = check.rule.doc.split("\n\n")
        assert len(paragraphs) >= 3, (
            f"{check.rule.id}: what it finds, why, how to fix, when to leave"
        )
        assert len(check.rule.summary) <= 100
