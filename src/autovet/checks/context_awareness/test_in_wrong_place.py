"""A test file stands outside the folder in which the project keeps its tests.

Finds files named like tests (``test_x.py``, ``x_test.py``) outside the one folder that holds all
the project's other test files, and tests in files that are not named like tests. The test runner may
never collect them.

Move the file to the folder of the tests.

Leave it when the project is changing to tests beside the code.
"""

import ast
import re
from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath

from autovet.checks.example import Example
from autovet.checks.vocabulary.expressions import last_name
from autovet.domain.category import Category
from autovet.domain.finding import Finding
from autovet.domain.rule import Rule
from autovet.domain.severity import Severity
from autovet.project.project import Project
from autovet.source.module import Module

RULE = Rule("test-in-wrong-place", Category.CONTEXT_AWARENESS, Severity.INFO, confidence=0.8)

_TEST = re.compile(r"test_\w+\.py|\w+_test\.py")
_FEWEST = 2
_FILES = {"tests/test_a.py": "", "tests/unit/test_b.py": "", "shop/a.py": ""}
BAD = (
    Example("def test_c():  # <--\n    assert 1\n", path="shop/test_c.py", files=_FILES),
    Example("def test_c():  # <--\n    assert 1\n", path="test_c.py", files=_FILES),
    Example(
        "def half(n):\n    return n / 2\n\ndef test_half():  # <--\n    assert half(4) == 2\n",
        path="shop/half.py",
        files=_FILES,
    ),
    Example(
        "import unittest  # <--\n\nclass HalfTest(unittest.TestCase):\n    def test_half(self):\n        self.assertEqual(1, 1)\n",
        path="tests/half_checks.py",
        files=_FILES,
    ),
)
GOOD = (
    Example("def test_c(): ...\n", path="tests/test_c.py", files=_FILES),
    Example("def test_c(): ...\n", path="shop/test_c.py", files={**_FILES, "shop/test_d.py": ""}),
    Example("x = 1\n", path="shop/c.py", files=_FILES),
    Example(
        "def test_connection(url):\n    assert url\n    return url.open()\n",
        path="shop/c.py",
        files=_FILES,
    ),
    Example(
        "import unittest\n\nclass ShopCase(unittest.TestCase):\n    def test_open(self): ...\n",
        path="tests/base.py",
        files={**_FILES, "tests/test_c.py": "from tests.base import ShopCase\n"},
    ),
)


def check(module: Module, project: Project) -> Iterator[Finding]:
    """Report the file, at its first line."""
    if not _TEST.fullmatch(PurePosixPath(module.path).name):
        yield from _not_collected(module, project)
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
        severity=Severity.WARNING if _tests(module) or _looked_for(folder, project) else None,
    )


def _not_collected(module: Module, project: Project) -> Iterator[Finding]:
    """Tests in a file that the runner does not take for one, where it does take the others."""
    tests = _tests(module) if project.known else []
    if not tests:
        return
    others = [p for p in project.texts if _TEST.fullmatch(PurePosixPath(p).name)]
    name = PurePosixPath(module.path).name
    if (
        not tests
        or len(others) < (_FEWEST if module.is_test else 1)
        or name in {"conftest.py", "tests.py", "__init__.py"}
    ):
        return
    if _pytest_options(project).get("python_files") or any(
        imported == module.name or imported.startswith(f"{module.name}.")
        for other in project.others()
        if other.is_test
        for imported in other.scopes.module.imports.values()
        if module.is_test
    ):
        return
    where = "in a file that is not named like the others" if module.is_test else "among the code"
    yield module.finding(
        RULE,
        module.span(module.tree if module.is_test else tests[0]),
        f"these tests stand {where}: the runner, which collects {PurePosixPath(others[0]).name} and the like, misses them",
        evidence={"tests": len(tests), "collected": others[:5]},
        severity=Severity.WARNING,
    )


def _tests(module: Module) -> list[ast.stmt]:
    """What can be nothing but a test: a TestCase, or a function that only asserts."""
    found: list[ast.stmt] = []
    for node in module.tree.body:
        if isinstance(node, ast.ClassDef):
            cases = any(last_name(base).endswith("TestCase") for base in node.bases)
            methods = [s for s in node.body if isinstance(s, ast.FunctionDef)]
            if cases and any(m.name.startswith("test") for m in methods):
                found.append(node)
        elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            plain = not node.args.args or module.is_test
            if not (node.name.startswith("test_") and plain):
                continue
            if any(isinstance(s, ast.Assert) for s in ast.walk(node)):
                found.append(node)
    return found


def _pytest_options(project: Project) -> Mapping[str, object]:
    tool = project.pyproject.get("tool")
    pytest = tool.get("pytest") if isinstance(tool, Mapping) else None
    options = pytest.get("ini_options") if isinstance(pytest, Mapping) else None
    return options if isinstance(options, Mapping) else {}


def _looked_for(folder: str, project: Project) -> bool:
    """Whether the project tells pytest to look for tests in that folder, and only there."""
    paths = _pytest_options(project).get("testpaths")
    return [paths] == [folder] if isinstance(paths, str) else paths == [folder]
