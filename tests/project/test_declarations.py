"""Dependencies and Python versions, however a project declares them."""

import pytest

from autovet.domain.context import Context
from autovet.project.project import Project


@pytest.mark.parametrize(
    ("pyproject", "dependencies", "python"),
    [
        ('[project]\ndependencies = ["Flask>=2", "my_pkg"]\nrequires-python = ">=3.9"\n', {"flask", "my-pkg"}, (3, 9)),
        ('[tool.poetry.dependencies]\npython = "^3.10"\nhttpx = "*"\n', {"httpx"}, (3, 10)),
        ('[project]\ndependencies = []\n[dependency-groups]\ndev = ["pytest"]\n', {"pytest"}, None),
        ("[project]\nname = 'x'\n", None, None),
        ("not toml [", None, None),
    ],
)  # fmt: skip
def test_pyproject(pyproject: str, dependencies: set[str] | None, python: object) -> None:
    declared = Project(Context(pyproject=pyproject)).declarations
    assert declared.dependencies == dependencies
    assert declared.python == python


def test_requirements_files_and_context_add_up() -> None:
    files = {
        "requirements.txt": "requests==2.0  # pinned\n-r other.txt\n",
        "requirements-dev.txt": "tox\n",
    }
    declared = Project(Context(files=files, dependencies=("attrs",), python="3.12")).declarations
    assert declared.dependencies == {"requests", "tox", "attrs"}
    assert declared.runtime == {"requests", "attrs"}
    assert declared.python == (3, 12)
