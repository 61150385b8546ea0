from packaging.version import Version

from autovet.domain.context import Context
from autovet.project.project import Project
from autovet.project.requirements import promised_versions


def promised(**context: object) -> dict[str, str]:
    found = promised_versions(Project(Context(**context)))  # type: ignore[arg-type]
    return {name: str(version) for name, version in found.items()}


def test_lower_bounds_and_pins_promise_a_version() -> None:
    assert promised(
        dependencies=("Pandas>=2.1,<3", "numpy==1.26.*", "flask~=3.0", "redis<6", "x y z")
    ) == {
        "pandas": "2.1",
        "numpy": "1.26",
        "flask": "3.0",
    }


def test_the_highest_of_several_bounds_counts() -> None:
    versions = promised_versions(Project(Context(dependencies=("a>=1", "a>=2.5"))))
    assert versions["a"] == Version("2.5")


def test_poetry_and_requirements_files_are_read() -> None:
    text = '[tool.poetry.dependencies]\npython = "^3.11"\npydantic = "^2.5"\nhttpx = {version = ">=0.28"}\n'
    files = {"requirements.txt": "# tools\nclick>=8.1  # cli\n-r other.txt\n"}
    assert promised(pyproject=text, files=files) == {
        "python": "3.11",
        "pydantic": "2.5",
        "httpx": "0.28",
        "click": "8.1",
    }


def test_an_unreadable_pyproject_promises_nothing() -> None:
    assert promised(pyproject="[project\n") == {}
