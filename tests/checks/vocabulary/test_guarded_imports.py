"""Whose absence is provided for."""

import pytest

from autovet.checks.vocabulary.guards import is_guarded
from autovet.source.imports import imports_of
from autovet.source.parsing import parse_module


@pytest.mark.parametrize(
    ("text", "guarded"),
    [
        ("import x", False),
        ("try:\n    import x\nexcept ImportError:\n    x = None", True),
        ("try:\n    import y\nexcept ImportError:\n    import x", True),
        ("try:\n    import x\nexcept (ValueError, ModuleNotFoundError):\n    pass", True),
        ("try:\n    import x\nexcept ValueError:\n    pass", False),
        ("from contextlib import suppress\nwith suppress(ImportError):\n    import x", True),
        ("from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import x", True),
        ("import sys\nif sys.version_info >= (3, 12):\n    import x", True),
        ("if importlib.util.find_spec('x'):\n    import x", True),
        ("def f():\n    import x", False),
    ],
)
def test_is_guarded(text: str, guarded: bool) -> None:
    module = parse_module("m.py", text)
    assert module is not None
    node = next(node for name, _, node in imports_of(module) if name == "x")
    assert is_guarded(node, module) is guarded
