"""Chains through values without a declared type end in known classes."""

import ast
import asyncio

import pytest

from autovet.adapters.ty.document_tree import parsed
from autovet.adapters.ty.untold_types import UntoldTypes

HEAD = "import pandas as pd\n\n\ndef work(frame: pd.DataFrame, other):\n"


def classes(expression: str, body: str = "") -> set[str]:
    text = f"{HEAD}{body}    {expression}\n"
    tree = parsed(text)
    assert tree is not None
    last = tree.tree.body[-1]
    assert isinstance(last, ast.FunctionDef)
    assert isinstance(last.body[-1], ast.Expr)
    lines = text.splitlines()

    async def hover(line: int, column: int) -> str:
        told = {
            "frame": "DataFrame",
            "copy": "bound method DataFrame.copy(deep: bool = True) -> DataFrame",
            "unsaid": "bound method DataFrame.unsaid() -> Unknown",
        }
        word = lines[line - 1][:column].replace(".", " ").split()[-1]
        return f"```python\n{told.get(word, 'Unknown')}\n```"

    return set(asyncio.run(UntoldTypes(tree, hover).classes(last.body[-1].value)))


@pytest.mark.parametrize(
    ("expression", "found"),
    [
        ("frame", {"DataFrame"}),
        ("frame['a']", {"DataFrame", "Series"}),
        ("frame.iloc[0]", {"DataFrame", "Series"}),
        ("frame.copy()", {"DataFrame"}),
        ("frame.copy()['a'].str", {"StringMethods"}),
        ("frame['a'].str.strip().str", {"StringMethods"}),
        ("frame.unsaid()", set()),
        ("frame['a'].whatever()", set()),
        ("other['a']", set()),
    ],
)
def test_steps(expression: str, found: set[str]) -> None:
    assert classes(expression) == found


def test_a_variable_that_is_bound_once_is_followed() -> None:
    assert classes("part", "    part = frame['a']\n") == {"DataFrame", "Series"}
    assert not classes("part", "    part = frame['a']\n    part = other\n")


def test_nothing_is_known_without_the_library() -> None:
    tree = parsed("import sqlite3\n")
    assert tree is not None

    async def hover(line: int, column: int) -> str:
        raise AssertionError((line, column))

    assert not UntoldTypes(tree, hover)
