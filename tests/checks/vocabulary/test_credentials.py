import pytest

from autovet.checks.vocabulary.credentials import known_shape, looks_random, names_credential


def test_shapes_are_known_without_a_name() -> None:
    assert known_shape("AKIA" + "Z7Q2MDL4XKPW3RTB") == "an AWS access key"
    assert known_shape("postgresql://shop:mP4x9rLq@db7.internal/shop") == "a password in an address"
    assert known_shape("postgresql://app:password@localhost/app") is None
    assert known_shape("sk-your-key-goes-here-please") is None


@pytest.mark.parametrize(
    ("text", "name", "expected"),
    [
        ("Wint3r!harbour", "db_password", True),
        ("q7Zr2LmX9vTd4KwB8nYs", "api_key", True),
        ("bearer_token", "token", False),
        ("change-me-please-123", "secret_key", False),
        ("a sentence with words", "password", False),
    ],
)
def test_randomness_is_judged_by_the_name(text: str, name: str, expected: bool) -> None:
    assert looks_random(text, name) is expected


def test_names() -> None:
    assert names_credential("SMTP_PASS")
    assert names_credential("stripe_api_key")
    assert not names_credential("bypass")
    assert not names_credential("password_field")
