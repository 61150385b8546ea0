"""A mock object in code that is not a test.

Finds calls of ``Mock``, ``MagicMock``, ``AsyncMock`` and ``patch`` in modules outside the tests.

A mock answers every call and does nothing: payments succeed, mails are sent, and nobody gets them.

Put the real thing in its place, or raise an error until it exists. Helpers for tests belong to the
tests, or to a module that is named after them.
"""

import ast
import re
from collections.abc import Iterator

from autovet.domain.category import Category
from autovet.domain.finding import Finding
from autovet.domain.rule import Rule
from autovet.source.module import Module

RULE = Rule("mock-in-production", Category.MAINTAINABILITY, confidence=0.92)

_MOCKS = frozenset(
    {"Mock", "MagicMock", "AsyncMock", "NonCallableMock", "patch", "create_autospec"}
)
_FOR_TESTS = re.compile(r"test|mock|fake|stub|fixture|conftest|dev|example|demo", re.IGNORECASE)

BAD = (
    """
from unittest.mock import MagicMock

def printer():
    \"\"\"The printer of the office.\"\"\"
    return MagicMock()  # <--
""",
    """
from unittest import mock

class Shop:
    def __init__(self, gateway=None):
        self.gateway = gateway or mock.Mock()  # <--
""",
)

GOOD = (
    """
def printer(port):
    return Printer(port)

class Printer:
    def __init__(self, port):
        self.port = port
""",
    """
from unittest.mock import MagicMock

def mock_printer():
    return MagicMock()

class FakeShop:
    gateway = MagicMock()
""",
)


def check(call: ast.Call, module: Module) -> Iterator[Finding]:
    """Report the call that makes the mock."""
    name = module.qualified(call.func) or ""
    library, _, kind = name.rpartition(".")
    if library not in {"unittest.mock", "mock"} or kind not in _MOCKS:
        return
    if module.is_test or _FOR_TESTS.search(module.path.rpartition("/")[2]):
        return
    around = [
        a.name for a in module.ancestors(call) if isinstance(a, (ast.FunctionDef, ast.ClassDef))
    ]
    if any(_FOR_TESTS.search(n) for n in around):
        return
    yield module.finding(
        RULE,
        call,
        f"{kind} stands in for the real thing here, and takes every call without doing anything",
        evidence={"mock": name},
    )
