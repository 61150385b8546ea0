from no_knowledge import NoKnowledge

from autovet.checks.registry import all_checks
from autovet.checks.runner import run_checks
from autovet.domain.context import Context
from autovet.domain.unverified import Unverified
from autovet.project.project import Project
from autovet.source.parsing import parse_module


def test_an_unknown_constraint_is_named_with_the_nearest_known_one() -> None:
    module = parse_module("snippet.py", "x = 1\n")
    assert module is not None
    [check] = [c for c in all_checks() if c.rule.id == "unchecked-constraint"]
    context = Context(
        constraints={"forbiden_imports": ["os"], "green_code": True, "async_only": True}
    )
    reports, _ = run_checks([check], module, Project(context), NoKnowledge())
    assert [(r.what, r.why) for r in reports if isinstance(r, Unverified)] == [
        ("constraint forbiden_imports", "no check looks at it; did you mean forbidden_imports?"),
        ("constraint green_code", "no check looks at it"),
    ]
