"""Which regular expressions let only listed characters through."""

import pytest

from autovet.checks.security.taint.patterns import groups_are_strict, is_strict


@pytest.mark.parametrize(
    ("pattern", "whole", "strict"),
    [
        (r"[a-z]+", True, True),
        (r"[a-z]+", False, False),
        (r"[a-z]+$", False, True),
        (r".+", True, False),
        (r"[^/]+", True, False),
        (r"\w+\.txt", True, True),
    ],
)
def test_whole_patterns(pattern: str, whole: bool, strict: bool) -> None:
    assert is_strict(pattern, whole) is strict


@pytest.mark.parametrize(
    ("pattern", "strict"),
    [
        (r"(\d+)-(.*)", False),
        (r"(\d+)-.*", True),
        (r"name=(?P<name>[a-z]+);.*", True),
        (r"(?:.*)x", False),
        (r"\((.*)\)", False),
        (r"([a-z(]+)", True),
    ],
)
def test_groups(pattern: str, strict: bool) -> None:
    assert groups_are_strict(pattern) is strict
