"""Declarations in setup.cfg, setup.py and Pipfile."""

import pytest

from autovet.domain.context import Context
from autovet.project.declarations import Declarations
from autovet.project.project import Project

CFG = """
[metadata]
name = shop
[options]
python_requires = >=3.9
install_requires =
    requests>=2
    PyYAML  # for settings
[options.extras_require]
pretty = rich
"""
SETUP = """
from setuptools import setup

NEEDED = ["requests>=2", "PyYAML"]
setup(
    name="shop",
    version=open("VERSION").read(),
    install_requires=NEEDED,
    extras_require={"pretty": ["rich"]},
    tests_require=["pytest"],
    python_requires=">=3.9",
)
"""
PIPFILE = '[packages]\nrequests = "*"\npyyaml = "*"\n[dev-packages]\npytest = "*"\n'


def declared(files: dict[str, str], pyproject: str | None = None) -> Declarations:
    return Project(Context(path="shop/a.py", files=files, pyproject=pyproject)).declarations


@pytest.mark.parametrize(
    ("files", "development", "python"),
    [
        ({"setup.cfg": CFG}, set(), (3, 9)),
        ({"setup.py": SETUP}, {"pytest"}, (3, 9)),
        ({"Pipfile": PIPFILE}, {"pytest"}, None),
    ],
)
def test_each_file_declares(
    files: dict[str, str], development: set[str], python: tuple[int, int] | None
) -> None:
    found = declared(files)
    assert sorted(found.runtime or ()) == ["pyyaml", "requests"]
    assert found.development == development
    assert found.python == python


def test_extras_are_no_development() -> None:
    found = declared({"setup.cfg": CFG})
    assert sorted(found.dependencies or ()) == ["pyyaml", "requests", "rich"]


@pytest.mark.parametrize(
    "files",
    [
        {"setup.cfg": "[options\nbroken"},
        {"setup.cfg": "[metadata]\nname = shop\n"},
        {"setup.cfg": "[options]\ninstall_requires = file: requirements.in\n"},
        {"setup.py": "import setuptools\nsetuptools.setup(install_requires=read())\n"},
        {"Pipfile": "no toml ["},
    ],
)
def test_nothing_literal_declares_nothing(files: dict[str, str]) -> None:
    assert declared(files).dependencies is None


def test_groups_for_development_are_told_from_extras() -> None:
    text = (
        '[project]\ndependencies = ["click"]\n'
        '[project.optional-dependencies]\nfast = ["orjson"]\ntest = ["pytest", "orjson"]\n'
        '[dependency-groups]\nlint = ["ruff", "click"]\n'
    )
    assert declared({}, pyproject=text).development == {"pytest", "ruff"}
