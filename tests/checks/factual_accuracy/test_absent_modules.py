from no_knowledge import NoKnowledge

from autovet.checks.registry import all_checks
from autovet.checks.runner import run_checks
from autovet.domain.context import Context
from autovet.domain.finding import Finding
from autovet.domain.unverified import Unverified
from autovet.project.project import Project
from autovet.source.parsing import parse_module

FILES = {"app/__init__.py": "", "app/prices.py": "def net(): ...\n"}


def run(code: str, root: str | None) -> list[Finding | Unverified]:
    module = parse_module("app/new.py", code)
    assert module is not None
    [check] = [c for c in all_checks() if c.rule.id == "unknown-project-name"]
    project = Project(Context(path="app/new.py", root=root, files=FILES), FILES)
    reports, runs = run_checks([check], module, project, NoKnowledge())
    assert runs[0].error is None
    return list(reports)


def test_a_module_that_was_not_shown_is_unverified() -> None:
    [found] = run("from app.orders import Order\n", None)
    assert isinstance(found, Unverified)


def test_a_module_that_the_whole_project_lacks_is_reported() -> None:
    [found] = run("from app.orders import Order\n", "/srv/project")
    assert isinstance(found, Finding)
    assert found.message == "the project has no module app.orders"


def test_generated_modules_and_other_packages_are_not_judged() -> None:
    code = "from app.orders_pb2 import Order\nfrom app._speedups import x\nfrom other.orders import y\n"
    assert run(code, "/srv/project") == []
