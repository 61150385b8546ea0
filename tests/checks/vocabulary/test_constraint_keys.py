"""Constraints are found however their keys are spelt."""

import pytest

from autovet.checks.vocabulary.constraint_keys import (
    CHECKED,
    FORBIDDEN_IMPORTS,
    MAX_FUNCTION_LINES,
    MAX_PARAMETERS,
    STDLIB_ONLY,
    canonical,
    forbidden_concept,
    stated,
)


@pytest.mark.parametrize(
    ("key", "meant"),
    [
        ("forbidden_imports", FORBIDDEN_IMPORTS),
        ("bannedModules", FORBIDDEN_IMPORTS),
        ("max-function-length", MAX_FUNCTION_LINES),
        ("maxArgs", MAX_PARAMETERS),
        ("NO_THIRD_PARTY", STDLIB_ONLY),
        ("green_code", "green_code"),
    ],
)
def test_canonical(key: str, meant: str) -> None:
    assert canonical(key) == meant


def test_stated_finds_the_value_under_any_spelling() -> None:
    assert stated({"max_args": 3}, MAX_PARAMETERS) == 3
    assert stated({}, MAX_PARAMETERS) is None


@pytest.mark.parametrize(
    ("key", "value", "concept"),
    [
        ("no_print", True, "print"),
        ("forbid_network", True, "network"),
        ("allow_subprocess", False, "subprocess"),
        ("print_allowed", False, "print"),
        ("no_print", False, None),
        ("allow_print", True, None),
        ("no_print", "yes", None),
        ("max_lines", True, None),
    ],
)
def test_forbidden_concepts(key: str, value: object, concept: str | None) -> None:
    assert forbidden_concept(key, value) == concept


def test_every_checked_key_is_its_own_spelling() -> None:
    assert all(canonical(key) in CHECKED for key in CHECKED)
