import ast

import pytest

from autovet.checks.vocabulary.secret_names import names_secret, secret_in


@pytest.mark.parametrize(
    "name", ["password", "db_password", "API_KEY", "client_secret", "SMTP_PASS"]
)
def test_secrets(name: str) -> None:
    assert names_secret(name)


@pytest.mark.parametrize("name", ["password_file", "tokens", "bypass", "pass", "secretary", "key"])
def test_near_misses(name: str) -> None:
    assert not names_secret(name)


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("user.password", "password"),
        ("form['api_key']", "api_key"),
        ("len(password)", None),
        ("form[password]", None),
    ],
)
def test_only_what_is_read_as_it_stands(code: str, expected: str | None) -> None:
    assert secret_in(ast.parse(code, mode="eval").body) == expected
