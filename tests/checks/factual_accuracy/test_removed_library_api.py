"""removed-library-api by what is known of the version."""

from collections.abc import Mapping

import pytest
from no_knowledge import NoKnowledge

from autovet.checks.registry import all_checks
from autovet.checks.runner import run_checks
from autovet.domain.context import Context
from autovet.domain.finding import Finding
from autovet.domain.severity import Severity
from autovet.project.project import Project
from autovet.source.parsing import parse_module

FLASK = "from flask import escape\n"


class Installed(NoKnowledge):
    def __init__(self, versions: Mapping[str, str]) -> None:
        self._versions = versions

    def installed_versions(self, environment: str | None) -> Mapping[str, str]:
        return self._versions


def run(code: str, installed: Mapping[str, str] | None = None, **context: object) -> list[Finding]:
    module = parse_module("app/new.py", code)
    assert module is not None
    [check] = [c for c in all_checks() if c.rule.id == "removed-library-api"]
    project = Project(Context(path="app/new.py", **context))  # type: ignore[arg-type]
    reports, runs = run_checks([check], module, project, Installed(installed or {}))
    assert runs[0].error is None
    return [report for report in reports if isinstance(report, Finding)]


@pytest.mark.parametrize(
    ("installed", "dependencies", "severity"),
    [
        ({"flask": "3.0.3"}, None, Severity.ERROR),
        ({"flask": "2.2.5"}, None, None),
        ({"flask": "2.2.5"}, ("flask",), None),
        ({}, ("flask>=2.3",), Severity.ERROR),
        ({}, ("flask<2.3",), None),
        ({}, ("flask>=1.1",), Severity.WARNING),
        ({}, ("flask",), Severity.WARNING),
        ({}, ("requests",), Severity.INFO),
        ({}, None, Severity.INFO),
    ],
)
def test_the_version_that_is_known_decides(
    installed: dict[str, str], dependencies: tuple[str, ...] | None, severity: Severity | None
) -> None:
    found = run(FLASK, installed, dependencies=dependencies)
    assert [finding.severity for finding in found] == ([severity] if severity else [])


@pytest.mark.parametrize(
    ("code", "dependency", "line"),
    [
        # a module takes all below it away
        ("from airflow.contrib.operators import sensor\n", "apache-airflow>=3.0", 1),
        ("import werkzeug.contrib.cache\n", "werkzeug>=2", 1),
        ("from langchain.chains import LLMChain\n", "langchain>=1.0", 1),
        ("import openai\nx = openai.ChatCompletion.create()\n", "openai>=1.3", 2),
        ("from urllib3 import Retry\nr = Retry(method_whitelist=[])\n", "urllib3>=2", 2),
        ("from selenium import webdriver\nd = webdriver.Chrome()\nd.find_element_by_id('x')\n",
         "selenium>=4.3", 3),
        ("import networkx as nx\nnx.connected_component_subgraphs(g)\n", "networkx~=3.1", 2),
    ],
)  # fmt: skip
def test_what_is_gone_is_told_once_and_where_it_stands(
    code: str, dependency: str, line: int
) -> None:
    [found] = run(code, dependencies=(dependency,))
    assert found.severity is Severity.ERROR
    assert found.span.line == line


def test_a_module_of_the_project_is_not_the_library() -> None:
    files = {"flask.py": "def escape(): ...\n"}
    assert run(FLASK, {"flask": "3.0"}, files=files) == []
