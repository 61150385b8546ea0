"""The real name that was meant comes first."""

import pytest

from autovet.adapters.api_index.nearest import clear_winner, ranked

NAMES = ("to_json", "to_dict", "from_json", "length", "insert", "insert_many", "_private")


@pytest.mark.parametrize(
    ("wrong", "right"),
    [("to_jsn", "to_json"), ("json_to", "to_json"), ("insertmany", "insert_many")],
)
def test_the_likeliest_name_is_first(wrong: str, right: str) -> None:
    assert ranked(wrong, NAMES, {})[0][0] == right


def test_usage_decides_between_equals() -> None:
    assert ranked("colour", ("colourA", "colourB"), {"colourB": 50})[0][0] == "colourB"


def test_nothing_is_near_what_resembles_nothing() -> None:
    assert ranked("zzzz", NAMES, {}) == []


def test_only_a_clear_winner_is_a_fix() -> None:
    assert clear_winner(ranked("to_jsn", NAMES, {})) == "to_json"
    assert clear_winner(ranked("insertt", ("insert_a", "insert_b"), {})) is None
    assert clear_winner([]) is None


def test_private_names_count_only_for_a_private_one() -> None:
    assert ranked("privat", NAMES, {}) == []
    assert ranked("_privat", NAMES, {})[0][0] == "_private"
