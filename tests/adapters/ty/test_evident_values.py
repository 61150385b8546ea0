"""A key that no string of the text could be is not in what the text builds."""

import ast

import pytest

from autovet.adapters.ty.evident_values import keys_are_evident


def evident(text: str, name: str = "rating") -> bool:
    tree = ast.parse(text)
    last = tree.body[-1]
    assert isinstance(last, ast.Expr)
    assert isinstance(last.value, ast.Attribute)
    return keys_are_evident(tree, last.value.value, name)


@pytest.mark.parametrize(
    "text",
    [
        "t = lib.Table({'name': [1]})\nt.rating",
        "rows = [1, 2]\nt = lib.Table(rows, columns=['name'])\nt.rating",
        "t = lib.Table({'name': [1]})\nt['more'] = 1\nt.rating",
        "n = range(3)\nt = lib.Table(lib.zeros(len(n)))\nt.rating",
    ],
)
def test_what_is_spelled_out(text: str) -> None:
    assert evident(f"import lib\n{text}\n")


@pytest.mark.parametrize(
    "text",
    [
        "t = lib.Table({'rating': [1]})\nt.rating",
        "t = lib.Table(columns='name rating'.split())\nt.rating",
        "t = lib.Table(rating=[1])\nt.rating",
        "t = lib.Table({f'{x}ing': 1})\nt.rating",
        "t = lib.Table({'rat' + 'ing': 1})\nt.rating",
        "t = lib.read_table('a.csv')\nt.rating",
        "t = lib.Table(given)\nt.rating",
        "t = lib.Table({k: 1 for k in 'ab'})\nt.rating",
        "t = lib.Table({'name': [1]})\nt[key] = 1\nt.rating",
        "t = lib.Table({'name': [1]})\nextend(t)\nt.rating",
        "t = lib.Table({'name': [1]})\nfor t in lib.tables():\n    pass\nt.rating",
        "def f(t):\n    pass\nt = lib.Table({'name': [1]})\nt.rating",
        "lib.Table({'name': [1]}).rating",
    ],
)
def test_what_could_hold_the_key(text: str) -> None:
    assert not evident(f"import lib\n{text}\n")
