"""What is said of nothing."""

import pytest

from autovet.source.derivation.empty_input import due_of_nothing
from autovet.source.derivation.kinds import Kind


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("Return the mean, 0.0 for an empty list.", "0.0"),
        ("Return None if the list is empty.", "None"),
        ("If the input is empty, it returns an empty list.", "[]"),
        ("Return the longest, ``''`` when values are empty.", "''"),
    ],
)
def test_a_value_that_is_said(text: str, value: str) -> None:
    due = due_of_nothing(Kind("list"), text)
    assert due is not None
    assert (due.given, due.value) == ("[]", value)


@pytest.mark.parametrize(
    "text",
    ["The list must not be empty.", "Return 3 for a list of one.", "Empty ones are skipped."],
)
def test_nothing_is_said(text: str) -> None:
    assert due_of_nothing(Kind("list"), text) is None


def test_only_of_what_can_be_empty() -> None:
    assert due_of_nothing(Kind("int"), "Return 0 for an empty list.") is None
