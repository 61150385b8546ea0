"""Only what names a known class is a receiver."""

import pytest

from autovet.adapters.ty.receiver_text import outer_type, shown_type


def hover(text: str, language: str = "python") -> str:
    return f"```{language}\n{text}\n```\n---\nSome documentation"


@pytest.mark.parametrize(
    "text", ["Table", "Series[Any]", "ndarray[Any, dtype[Any]]", "Table | Series[Unknown]"]
)
def test_instances_of_known_classes(text: str) -> None:
    assert shown_type(hover(text)) == text


@pytest.mark.parametrize(
    "text",
    [
        "Unknown", "Any", "Table | Unknown", "Table | None", "Self@grow", "type[Table]",
        "def grow(x: int) -> Table", "(x: int) -> Table", "Table & ~AlwaysFalsy", "object",
    ],
)  # fmt: skip
def test_what_is_not_known_well_enough(text: str) -> None:
    assert shown_type(hover(text)) is None


def test_modules_classes_and_nothing() -> None:
    assert shown_type(hover("<module 'shop'>", "xml")) is None
    assert shown_type("") is None


def test_the_outer_type_leaves_arguments_and_truth_tests_out() -> None:
    assert outer_type("Queue[() -> Awaitable[None]]") == "Queue"
    assert outer_type("Future[int | Any | _T@pow]") == "Future"
    assert outer_type("deque[str] & ~AlwaysFalsy") == "deque"
    assert outer_type("list[int] | None") == "list | None"
    assert outer_type("type[Table]") == "type[Table]"
    assert outer_type("() -> list[int]") == "() -> list[int]"
