"""nonexistent-package and undeclared-dependency with a package index at hand."""

from collections.abc import Mapping, Sequence

import pytest
from no_knowledge import NoKnowledge

from autovet.checks.registry import all_checks
from autovet.checks.runner import run_checks
from autovet.domain.context import Context
from autovet.domain.finding import Finding
from autovet.domain.severity import Severity
from autovet.domain.unverified import Unverified
from autovet.project.project import Project
from autovet.source.parsing import parse_module

PUBLISHED = {"requests", "numpy", "python-widgets", "tabular", "python-parcel", "reqests"}


class Index(NoKnowledge):
    """A small package index and one installed distribution."""

    def is_published(self, distribution: str) -> bool | None:
        return distribution.replace("_", "-") in PUBLISHED

    def is_well_known(self, distribution: str) -> bool | None:
        return distribution in {"requests", "numpy", "python-widgets", "ansible-lint"}

    def spelled_out(self, module: str) -> Sequence[str]:
        return ["ansible-lint"] if module == "ansiblelint" else []

    def resembled(self, distribution: str) -> str | None:
        return "requests" if distribution == "reqests" else None

    def nearest(self, distribution: str, limit: int = 3) -> Sequence[str]:
        return ["requests"][:limit]

    def installed_modules(self, environment: str | None) -> Mapping[str, tuple[str, ...]] | None:
        return {"numpy": ("numpy",)}

    def installed_versions(self, environment: str | None) -> Mapping[str, str]:
        return {"numpy": "2.4.0"}


def run(rule: str, code: str, **context: object) -> list[Finding | Unverified]:
    module = parse_module("app/new.py", code)
    assert module is not None
    [check] = [c for c in all_checks() if c.rule.id == rule]
    project = Project(Context(path="app/new.py", **context))  # type: ignore[arg-type]
    reports, runs = run_checks([check], module, project, Index())
    assert runs[0].error is None
    return list(reports)


def test_a_name_that_nobody_published_is_an_error_with_the_nearest_names() -> None:
    [found] = run("nonexistent-package", "import numpy\nimport requests_turbo_cache\n")
    assert isinstance(found, Finding)
    assert found.severity is Severity.ERROR
    assert found.span.line == 2
    assert found.evidence == {"module": "requests_turbo_cache", "nearest": ["requests"]}


@pytest.mark.parametrize(
    "module", ["requests", "widgets", "tabular", "cv2", "google.cloud.storage", "ansiblelint"]
)
def test_what_is_published_but_not_installed_is_unverified(module: str) -> None:
    [found] = run("nonexistent-package", f"import {module}\n")
    assert isinstance(found, Unverified)


@pytest.mark.parametrize(
    "code",
    [
        "import json, numpy\n",
        "import bpy\n",
        "import distutils\n",
        "from . import neighbour\n",
        "from app.prices import net\n",
        "import _private_accelerator\n",
        "import acme_tools\n",
    ],
)
def test_what_has_a_home_is_fine(code: str) -> None:
    files = {"app/prices.py": "def net(): ...\n"}
    assert run("nonexistent-package", code, files=files, dependencies=("acme-tools",)) == []


def test_an_import_in_the_block_of_the_project_is_taken_for_its_own() -> None:
    code = "import json\n\nimport numpy\n\nfrom warehouse_core.stock import count\n"
    [found] = run("nonexistent-package", code)
    assert isinstance(found, Unverified)


@pytest.mark.parametrize(
    ("code", "context"),
    [
        # nothing of the project is at hand, and the path leads into something
        ("import json\nfrom warehouse_core.stock import count\n", {}),
        ("import numpy\n\nimport warehouse_core.stock\n", {"dependencies": ("numpy",)}),
        ("import json\n\nimport numpy\n\nfrom warehouse_core import count\n", {}),
    ],
)
def test_what_may_be_the_projects_own_is_unverified(code: str, context: dict[str, object]) -> None:
    found = run("nonexistent-package", code, **context)
    assert [type(report) for report in found] == [Unverified]


@pytest.mark.parametrize(
    "code",
    [
        "import numpy\nfrom warehouse_core.stock import count\n",
        "import warehouse_core.stock\nimport numpy\n",
        "import parcel\n",
    ],
)
def test_what_speaks_against_a_name_without_proof_makes_a_warning(code: str) -> None:
    [found] = run("nonexistent-package", code)
    assert isinstance(found, Finding)
    assert found.severity is Severity.WARNING


def test_with_the_project_at_hand_its_own_names_are_known() -> None:
    files = {"app/prices.py": ""}
    code = "import json\n\nfrom warehouse_core.stock import count\n"
    [found] = run("nonexistent-package", code, files=files)
    assert isinstance(found, Finding)
    assert found.severity is Severity.ERROR


def test_the_package_that_the_file_stands_in_is_the_projects_own() -> None:
    assert run("nonexistent-package", "from app import views\nimport app.models\n") == []


def test_a_declared_library_that_is_not_at_hand_is_named() -> None:
    [found] = run("nonexistent-package", "import requests\n", dependencies=("requests",))
    assert isinstance(found, Unverified)
    assert "neither installed nor indexed" in found.why


def test_a_package_near_a_well_known_one_is_suspicious() -> None:
    [found] = run("suspicious-package", "import reqests\nimport tabular\n")
    assert isinstance(found, Finding)
    assert found.severity is Severity.WARNING
    assert "did you mean requests?" in found.message


def test_an_installed_package_that_is_not_declared_is_an_error() -> None:
    [found] = run("undeclared-dependency", "import numpy\n", dependencies=("requests",))
    assert isinstance(found, Finding)
    assert found.evidence["distributions"] == ["numpy"]


def test_where_another_file_imports_it_too_it_is_a_warning() -> None:
    files = {"app/old.py": "import numpy\n"}
    [found] = run(
        "undeclared-dependency", "import numpy\n", dependencies=("requests",), files=files
    )
    assert isinstance(found, Finding)
    assert found.severity is Severity.WARNING


def test_a_rival_framework_is_left_to_the_rule_about_frameworks() -> None:
    code = "import httpx\n"
    assert run("undeclared-dependency", code, dependencies=("requests",)) == []
    assert len(run("wrong-framework", code, dependencies=("requests",))) == 1
