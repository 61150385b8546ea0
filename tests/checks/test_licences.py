"""Which licences a list allows."""

import pytest

from autovet.checks.vocabulary.licences import is_allowed, licence_of


@pytest.mark.parametrize(
    ("licence", "allowed"),
    [
        ("MIT", ["mit"]),
        ("BSD-3-Clause", ["BSD"]),
        ("Apache-2.0", ["Apache 2.0"]),
        ("LGPL-3.0", ["LGPLv3"]),
    ],
)
def test_a_licence_is_allowed_however_it_is_spelled(licence: str, allowed: list[str]) -> None:
    assert is_allowed(licence, allowed)


@pytest.mark.parametrize(
    ("licence", "allowed"), [("GPL-3.0", ["LGPL"]), ("LGPL-3.0", ["GPL"]), ("MIT", [""])]
)
def test_another_licence_is_not(licence: str, allowed: list[str]) -> None:
    assert not is_allowed(licence, allowed)


def test_only_what_is_known_is_judged() -> None:
    assert licence_of("psycopg2") == "LGPL-3.0"
    assert licence_of("never_heard_of") is None
