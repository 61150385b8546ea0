import pytest

from autovet.domain.context import Context
from autovet.project.declared_versions import declared_versions
from autovet.project.project import Project

PYPROJECT = """
[project]
name = "x"
dependencies = ["Fish>=1.5,<3", "broken requirement ==", "crab; python_version < '3.8'"]
[project.optional-dependencies]
more = ["eel ~= 2.1"]
[dependency-groups]
dev = ["squid==4.0", {include-group = "more"}]
"""
POETRY = """
[tool.poetry.dependencies]
python = "^3.11"
caret = "^1.2.3"
small = "^0.2.3"
tilde = "~1.4"
exact = "2.0.1"
any = "*"
table = {version = ">=1,<2", extras = ["x"]}
odd = "!!"
"""


def versions(**given: object) -> dict[str, str]:
    files = given.pop("files", {})
    project = Project(Context(**given), files)  # type: ignore[arg-type]  # the tests state fields
    return {name: str(allowed) for name, allowed in declared_versions(project).items()}


def test_groups_and_extras_count_and_what_is_not_for_this_python_does_not() -> None:
    found = versions(pyproject=PYPROJECT, python="3.11")
    assert found == {"fish": "<3,>=1.5", "eel": "~=2.1", "squid": "==4.0"}


def test_everything_declared_counts_together() -> None:
    found = versions(
        dependencies=("fish!=1.6",),
        pyproject=PYPROJECT,
        files={
            "requirements.txt": "fish==1.7  # pinned\n",
            "requirements-dev.txt": "-r a\nray<2\n",
        },
    )
    assert found["fish"] == "!=1.6,<3,==1.7,>=1.5"
    assert found["ray"] == "<2"


@pytest.mark.parametrize(
    ("name", "allowed", "refused"),
    [
        ("caret", ["1.2.3", "1.9"], ["1.2.2", "2.0"]),
        ("small", ["0.2.9"], ["0.3", "0.2.2"]),
        ("tilde", ["1.4.9"], ["1.5", "1.3"]),
        ("exact", ["2.0.1"], ["2.0.2"]),
        ("any", ["0.1", "99"], []),
        ("table", ["1.5"], ["2.0"]),
    ],
)
def test_poetry_constraints(name: str, allowed: list[str], refused: list[str]) -> None:
    found = declared_versions(Project(Context(pyproject=POETRY)))[name]
    assert all(found.contains(version) for version in allowed)
    assert not any(found.contains(version) for version in refused)


def test_a_lock_names_exact_versions() -> None:
    lock = 'version = 1\n\n[[package]]\nname = "fish"\nversion = "1.5.3"\nsource = { x = "" }\n'
    assert versions(files={"uv.lock": lock}) == {"fish": "==1.5.3"}
