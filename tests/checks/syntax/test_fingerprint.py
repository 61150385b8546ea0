import ast

import pytest

from autovet.checks.syntax.fingerprint import fingerprint
from autovet.checks.syntax.reference import reference


def expression(code: str) -> ast.expr:
    return ast.parse(code, mode="eval").body


def test_layout_does_not_count() -> None:
    assert fingerprint(expression("a.b(1,\n  c)")) == fingerprint(expression("a.b(1, c)"))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("a + b", "b + a"),
        ("f(1)", "f(1.0)"),
        ("f(a)(b)", "f(a, b)"),
        ("a < b", "a <= b"),
        ("1", "True"),
    ],
)
def test_different_syntax_differs(one: str, other: str) -> None:
    assert fingerprint(expression(one)) != fingerprint(expression(other))


def test_a_term_of_a_thousand_parts_needs_no_recursion() -> None:
    code = " + ".join(["a"] * 900)
    assert fingerprint(expression(code)) == fingerprint(expression(code))


@pytest.mark.parametrize(
    ("code", "text"), [("a", "a"), ("a.b.c", "a.b.c"), ("a().b", None), ("a[0]", None)]
)
def test_a_reference_is_a_plain_chain(code: str, text: str | None) -> None:
    assert reference(expression(code)) == text
