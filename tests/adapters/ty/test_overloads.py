"""A keyword that no listed overload has is the culprit."""

import ast

import pytest

from autovet.adapters.lsp.diagnostic import Diagnostic
from autovet.adapters.ty.overloads import refused_count, refused_keyword
from autovet.domain.span import Span

LIST = """No overload of function `make` matches arguments

info: Possible overloads for function `make`:
info:   [T](shape: tuple[int, ...], dtype: None = None, *, order: Literal["C, F", "("] = "C") -> T
info:   (shape, /, fill: (a: int) -> str = ..., *, like: dict[str, int] | None = None) -> list[int]
"""


def refused(call: str, message: str = LIST, code: str = "no-matching-overload") -> str | None:
    node = ast.parse(call, mode="eval").body
    assert isinstance(node, ast.Call)
    found = refused_keyword(Diagnostic(code, 1, message, Span(1, 1, 1, 2)), node)
    return found.arg if found is not None else None


@pytest.mark.parametrize("name", ["shape", "dtype", "order", "fill", "like"])
def test_every_listed_parameter_is_known(name: str) -> None:
    assert refused(f"make({name}=1)") is None


def test_the_first_unknown_keyword_is_named() -> None:
    assert refused("make(1, order='C', data_type=int, a=2)") == "data_type"


def test_nothing_is_said_where_more_is_taken_or_not_listed() -> None:
    assert refused("make(x=1)", LIST.replace("like: dict", "**like: dict")) is None
    assert refused("make(x=1)", LIST + "info: ... omitted 3 overloads") is None
    assert refused("make(x=1)", "No overload matches arguments") is None
    assert refused("make(x=1)", code="missing-argument") is None
    assert refused("make(**options)") is None


METHOD = """No overload of bound method `Till.open` matches arguments

info: Possible overloads for bound method `open`:
info:   (self: Special, drawer: str = "a=b", /, *, key: int) -> str
info:   (self, drawer: str, count: (int, /) -> int = ..., *, key: int) -> str
"""


def counted(call: str, message: str = METHOD) -> tuple[str, str] | None:
    node = ast.parse(call, mode="eval").body
    assert isinstance(node, ast.Call)
    return refused_count(Diagnostic("no-matching-overload", 1, message, Span(1, 1, 1, 2)), node)


def test_more_arguments_than_any_overload_takes() -> None:
    found = counted("till.open('a', f, 3, key=1)")
    assert found == (
        "too-many-positional-arguments",
        "Too many positional arguments to bound method `Till.open`: expected 2, got 3",
    )


def test_an_argument_that_every_overload_needs() -> None:
    found = counted("till.open('a')")
    assert found == (
        "missing-argument",
        "No argument provided for required parameter `key` of bound method `Till.open`",
    )


def test_a_number_that_some_overload_takes_is_no_matter_of_counting() -> None:
    assert counted("till.open(key=1)") is None
    assert counted("till.open('a', f, key=1)") is None
    assert counted("till.open(*given)") is None
    assert counted("till.open(**given)") is None
    assert counted("till.open()", METHOD + "info: ... omitted 2 overloads") is None
    assert counted("till.open('a', f, 3, key=1)", METHOD.replace("/, *,", "/, *more,")) is None
