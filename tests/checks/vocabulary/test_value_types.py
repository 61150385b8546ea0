"""The class of a value, as far as one module shows it."""

import ast

import pytest

from autovet.checks.vocabulary.value_types import type_of
from autovet.source.module import Module
from autovet.source.parsing import parse_module


def module_of(code: str) -> Module:
    module = parse_module("zoo/model.py", code)
    assert isinstance(module, Module)
    return module


def type_of_last(code: str) -> str | None:
    """The type of the expression that is the last statement of the (innermost last) body."""
    module = module_of(code)
    expressions = module.nodes(ast.Expr)
    return type_of(expressions[-1].value, module)


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("import requests\ns = requests.Session()\ns", "requests.Session"),
        ("from requests import session\ns = session()\ns", "requests.Session"),
        ("import httpx\nwith httpx.Client() as c:\n    c", "httpx.Client"),
        ("import httpx\nasync def f():\n    async with httpx.AsyncClient() as c:\n        c", "httpx.AsyncClient"),
        ("import sqlite3\ndef db():\n    return sqlite3.connect('x')\ncur = db().cursor()\ncur", "sqlite3.Cursor"),
        ("import sqlite3\nfrom contextlib import closing\nwith closing(sqlite3.connect('x')) as c:\n    c", "sqlite3.Connection"),
        ("import sqlite3\nrows = sqlite3.connect('x').execute('SELECT 1')\nrows", "sqlite3.Cursor"),
        ("from sqlalchemy.orm import Session\ndef f(s: Session | None):\n    s", "sqlalchemy.orm.Session"),
        ("from sqlalchemy.orm import Session\ndef f(s: 'Session'):\n    s", "sqlalchemy.orm.Session"),
        ("from typing import Annotated\nimport requests\nHttp = Annotated[requests.Session, 1]\ndef f(h: Http):\n    h", "requests.Session"),
        ("from sqlalchemy.orm import sessionmaker\nmake = sessionmaker()\nwith make() as s:\n    s", "sqlalchemy.orm.Session"),
        ("import httpx\nclass A:\n    def __init__(self, c: httpx.Client):\n        self.c = c\n    def f(self):\n        self.c", "httpx.Client"),
        ("import httpx\nclass A:\n    c: httpx.Client\n    def f(self):\n        self.c", "httpx.Client"),
        ("class A:\n    pass\na = A()\na", "zoo.model.A"),
        ("items = []\nitems", "builtins.list"),
        ("items: list[str] = load()\nitems", "builtins.list"),
        ("text = f'{1}'\ntext", "builtins.str"),
    ],
)  # fmt: skip
def test_follows_the_value(code: str, expected: str) -> None:
    assert type_of_last(code) == expected


@pytest.mark.parametrize(
    "code",
    [
        "def f(x):\n    x",
        "x = []\nx = {}\nx",
        "x = unknown()\nx",
        "for x in [[]]:\n    x",
        "a = b\nb = a\na",
    ],
)
def test_says_nothing_about_the_rest(code: str) -> None:
    assert type_of_last(code) is None


def test_a_chain_of_rebindings_costs_no_time() -> None:
    code = "text = ''\n" + "text = text.strip() or text.lower() or text\n" * 300 + "text"
    assert type_of_last(code) is None
