"""A context is strict about what it knows and patient about what it does not."""

from pathlib import Path

import pytest

from autovet.domain.context import Context
from autovet.domain.errors import ContextError, InputError
from autovet.validation.context_decoding import decode_code, decode_context


def test_everything_is_optional() -> None:
    assert decode_context(None).context == decode_context({}).context == Context()


def test_known_keys_are_typed() -> None:
    decoded = decode_context(
        {
            "path": "app/x.py",
            "python": "3.11",
            "files": {"app/y.py": "y = 1\n"},
            "dependencies": ["fastapi>=0.100"],
            "business_rules": ["be kind", {"rule": "r", "function": "f", "check": "result > 0"}],
            "examples": [
                {"call": "f(1)", "returns": "2"},
                {"call": "f(0)", "raises": "ValueError"},
            ],
            "openapi": "openapi: 3.1.0",
        }
    )
    assert decoded.context.dependencies == ("fastapi>=0.100",)
    assert decoded.context.examples[1].raises == "ValueError"
    assert decoded.context.business_rules[0] == "be kind"
    assert decoded.ignored == {}


def test_unknown_keys_are_named_with_the_nearest_known_one() -> None:
    decoded = decode_context({"framwork": "flask", "ticket": "A-1"})
    assert decoded.ignored == {"framwork": "framework", "ticket": None}
    assert decoded.context.framework is None


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("python", 3.11),
        ("python", "three"),
        ("files", ["a.py"]),
        ("files", {"a.py": 3}),
        ("files", {"../a.py": "x"}),
        ("examples", [{"returns": "2"}]),
        ("execute", "yes"),
        ("heal", "always"),
        ("fail_on", "info"),
        ("budget_ms", -1),
        ("root", "/no/such/directory"),
        ("path", "../outside.py"),
        ("dependencies", "fastapi"),
    ],
)
def test_a_wrong_value_is_an_error_that_names_the_key(key: str, value: object) -> None:
    with pytest.raises(ContextError, match=key):
        decode_context({key: value})


def test_the_context_itself_must_be_a_mapping() -> None:
    with pytest.raises(ContextError, match="list"):
        decode_context(["framework"])


def test_paths_may_be_path_objects(tmp_path: Path) -> None:
    decoded = decode_context({"root": tmp_path, "path": tmp_path / "app" / "x.py"})
    assert decoded.context.path == "app/x.py"


@pytest.mark.parametrize("code", [None, 3, ["x = 1"]])
def test_code_must_be_text_or_bytes(code: object) -> None:
    with pytest.raises(InputError, match=type(code).__name__):
        decode_code(code)
