"""Tests are written in another form than the project's tests.

Finds ``unittest.TestCase`` classes in a suite of plain pytest functions, and plain test functions
in a suite of such classes. Fixtures and parametrization of the one do not work in the other, and
helpers have to be written twice.

Write the tests in the form of the suite: functions with fixtures and ``assert``, or methods of a
``TestCase``.

Leave it when the suite is being moved from one to the other.
"""

import ast
from collections.abc import Iterator

from autovet.checks.example import Example
from autovet.domain.category import Category
from autovet.domain.finding import Finding
from autovet.domain.rule import Rule
from autovet.project.conventions.convention import convention_of
from autovet.project.conventions.testing import CLASSES, forms_of_tests
from autovet.project.project import Project
from autovet.source.module import Module

RULE = Rule("test-style", Category.CONSISTENCY, confidence=0.9)

_PLAIN = "import pytest\n\ndef test_one():\n    assert 1\n\ndef test_two():\n    assert 2\n"
_CASES = "from unittest import TestCase\n\nclass One(TestCase): ...\nclass Two(TestCase): ...\nclass Three(TestCase): ...\n"
BAD = (
    Example(
        """
import unittest

class OrderTest(unittest.TestCase):  # <--
    def test_total(self):
        self.assertEqual(1 + 1, 2)
""",
        path="tests/test_order.py",
        files={"tests/test_item.py": _PLAIN},
    ),
    Example(
        """
def test_total():  # <--
    assert 1 + 1 == 2
""",
        path="tests/test_order.py",
        files={"tests/test_item.py": _CASES},
    ),
)
GOOD = (
    Example(
        """
class TestOrder:
    def test_total(self):
        assert 1 + 1 == 2

def test_sum():
    assert sum([1, 1]) == 2
""",
        path="tests/test_order.py",
        files={"tests/test_item.py": _PLAIN},
    ),
    Example(
        "import unittest\n\nclass OrderTest(unittest.TestCase): ...\n",
        path="tests/test_order.py",
        files={"tests/test_item.py": _PLAIN, "tests/test_old.py": _CASES},
    ),
    Example(
        "import unittest\n\nclass OrderTest(unittest.TestCase): ...\n", path="tests/test_order.py"
    ),
)


def check(module: Module, project: Project) -> Iterator[Finding]:
    """Report test classes or functions of the other form."""
    own = forms_of_tests(module) if module.is_test else ()
    if not own:
        return
    convention = convention_of(project, forms_of_tests, unanimous=2, tests=True)
    if convention is None:
        return
    for observation in own:
        node = observation.node
        if observation.value == convention.value:
            continue
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            what = "a unittest class" if observation.value == CLASSES else "a plain test function"
            yield module.finding(
                RULE,
                # a class is of the other form with all that it holds
                node if isinstance(node, ast.ClassDef) else module.header_span(node),
                f"{node.name} is {what}, the project's tests are {convention.value}",
                evidence=convention.evidence,
            )
