"""A test file stands outside the folder in which the project keeps its tests.

Finds files named like tests (``test_x.py``, ``x_test.py``) outside the one folder that holds all
the project's other test files. The test runner, configured for that folder, may never collect it.

Move the file to the folder of the tests.

Leave it when the project is changing to tests beside the code.
"""

import re
from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath

from autovet.checks.example import Example
from autovet.domain.category import Category
from autovet.domain.finding import Finding
from autovet.domain.rule import Rule
from autovet.domain.severity import Severity
from autovet.project.project import Project
from autovet.source.module import Module

RULE = Rule("test-in-wrong-place", Category.CONTEXT_AWARENESS, Severity.INFO, confidence=0.8)

_TEST = re.compile(r"test_\w+\.py|\w+_test\.py")
_FILES = {"tests/test_a.py": "", "tests/unit/test_b.py": "", "shop/a.py": ""}
BAD = (
    Example("def test_c():  # <--\n    assert 1\n", path="shop/test_c.py", files=_FILES),
    Example("def test_c():  # <--\n    assert 1\n", path="test_c.py", files=_FILES),
)
GOOD = (
    Example("def test_c(): ...\n", path="tests/test_c.py", files=_FILES),
    Example("def test_c(): ...\n", path="shop/test_c.py", files={**_FILES, "shop/test_d.py": ""}),
    Example("x = 1\n", path="shop/c.py", files=_FILES),
)


def check(module: Module, project: Project) -> Iterator[Finding]:
    """Report the file, at its first line."""
    if not _TEST.fullmatch(PurePosixPath(module.path).name):
        return
    others = [
        p for p in project.texts if _TEST.fullmatch(PurePosixPath(p).name) and p != module.path
    ]
    folders = {p.partition("/")[0] if "/" in p else "" for p in others}
    if len(others) < 2 or len(folders) != 1 or "" in folders:
        return
    folder = folders.pop()
    if folder in {"src", "lib"} or module.path.startswith(f"{folder}/"):
        return
    yield module.finding(
        RULE,
        module.span(module.tree),
        f"the project keeps its tests in {folder}/, this one stands elsewhere",
        evidence={"folder": folder, "tests": len(others)},
        severity=Severity.WARNING if _looked_for(folder, project) else None,
    )


def _looked_for(folder: str, project: Project) -> bool:
    """Whether the project tells pytest to look for tests in that folder, and only there."""
    tool = project.pyproject.get("tool")
    pytest = tool.get("pytest") if isinstance(tool, Mapping) else None
    options = pytest.get("ini_options") if isinstance(pytest, Mapping) else None
    paths = options.get("testpaths") if isinstance(options, Mapping) else None
    return [paths] == [folder] if isinstance(paths, str) else paths == [folder]
