"""The modules that a file names absolutely."""

from autovet.source.imports import imports_of
from autovet.source.parsing import parse_module


def test_absolute_imports_with_their_statements() -> None:
    text = "import os, json as j\nfrom a.b import c\nfrom . import d\nfrom .e import f\n"
    module = parse_module("p/m.py", text)
    assert module is not None
    assert [(n, s.lineno) for n, _, s in imports_of(module)] == [("os", 1), ("json", 1), ("a.b", 2)]
