import ast

import pytest

from autovet.checks.vocabulary.called_names import called_name
from autovet.source.module import Module
from autovet.source.parsing import parse_module


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("from tempfile import mktemp as m\nm()", "tempfile.mktemp"),
        ("mktemp()", "tempfile.mktemp"),
        ("tempfile.mktemp()", "tempfile.mktemp"),
        ("def mktemp(): ...\nmktemp()", None),
        ("from smtplib import SMTP\nSMTP('h').login('u', 'p')", "smtplib.SMTP.login"),
        ("def f(x):\n    x.login()", None),
    ],
)
def test_what_a_call_runs(code: str, expected: str | None) -> None:
    module = parse_module("m.py", code + "\n")
    assert isinstance(module, Module)
    assert called_name(module.nodes(ast.Call)[0], module) == expected
