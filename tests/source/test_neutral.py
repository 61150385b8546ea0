"""Suppression comments of other tools lose their power; every position stays."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autovet.source.neutral import neutralise


@pytest.mark.parametrize(
    "comment",
    [
        "# noqa",
        "# NOQA: F401",
        "# ruff: noqa",
        "# ruff: disable",
        "# type: ignore[attr-defined]",
        "# ty: ignore",
        "# pyrefly: ignore",
        "# mypy: ignore-errors",
        "# flake8: noqa",
    ],
)
def test_comments_are_disarmed(comment: str) -> None:
    text = f"import os  {comment}\nx = 'é'\n"
    changed = neutralise(text)
    assert len(changed) == len(text)
    assert comment not in changed
    for word in ("noqa", "ruff:", "type: ignore", "ty: ignore", "pyrefly:", "mypy:", "flake8:"):
        assert word not in changed.lower()


def test_type_comments_and_strings_stay() -> None:
    text = "x = []  # type: list[int]\ny = '# noqa'\n"
    assert neutralise(text) == text


@given(st.lists(st.sampled_from(["x = 1", "# noqa", "# ty: ignore", "'''", "s = '# noqa'"])))
def test_length_and_code_survive(lines: list[str]) -> None:
    text = "\n".join(lines)
    changed = neutralise(text)
    assert len(changed) == len(text)
    assert changed.count("\n") == text.count("\n")
