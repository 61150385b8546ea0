"""Plain values, told without a process."""

import pytest

from autovet.adapters.sandbox.inside.encoding import encode
from autovet.validation.execution.literals import literal_outcome


@pytest.mark.parametrize(
    "text",
    [
        "None",
        "True",
        "-17",
        str(2**80),
        "-0.1",
        "1+2j",
        "'caf\u00e9'",
        "'\\udc80'",
        "b'\\x00a'",
        "[1, (2, 'x'), {3.5, 1.5}, set()]",
        "{'a': [None], 2: {}}",
    ],
)
def test_a_literal_is_told_as_the_sandbox_would(text: str) -> None:
    outcome = literal_outcome(f" {text} ")
    assert outcome is not None
    value = eval(text)
    assert (outcome.kind, outcome.value, outcome.text) == ("returned", encode(value), repr(value))


@pytest.mark.parametrize("text", ["f(1)", "1 +", "x", "'x' * 3", f"[{'1,' * 400}]", "(" * 150])
def test_what_is_no_short_literal_is_left_to_the_sandbox(text: str) -> None:
    assert literal_outcome(text) is None
