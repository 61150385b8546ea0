import ast

import pytest

from autovet.checks.security.remedies.bound_parameters import bound_parameters
from autovet.source.edits import apply_edits
from autovet.source.module import Module
from autovet.source.parsing import parse_module

SQLITE = "import sqlite3\n"


def fixed(code: str) -> str | None:
    module = parse_module("app.py", code)
    assert isinstance(module, Module)
    calls = [c for c in module.nodes(ast.Call) if "execute" in ast.unparse(c.func)]
    fix = bound_parameters(module.span(calls[0]), module)
    if fix is None:
        return None
    after = apply_edits(code, fix.edits)
    ast.parse(after)
    return after


@pytest.mark.parametrize(
    ("call", "expected"),
    [
        ("""c.execute(f"SELECT a FROM t WHERE id = {n}")""",
         """c.execute("SELECT a FROM t WHERE id = ?", (n,))"""),
        ("""c.execute("SELECT a FROM t WHERE x = '%s' AND y > %d" % (p, q))""",
         """c.execute("SELECT a FROM t WHERE x = ? AND y > ?", (p, q))"""),
        ("""c.execute("SELECT a FROM t WHERE x = '" + form["x"] + "'")""",
         """c.execute("SELECT a FROM t WHERE x = ?", (form["x"],))"""),
        ("""c.execute("INSERT INTO t (a, b) VALUES ('{}', {})".format(p, str(q)))""",
         """c.execute("INSERT INTO t (a, b) VALUES (?, ?)", (p, q))"""),
        ("""c.execute(f"SELECT a FROM t WHERE x LIKE '%{p}%' LIMIT {n}")""",
         """c.execute("SELECT a FROM t WHERE x LIKE ? LIMIT ?", ("%" + str(p) + "%", n))"""),
    ],
)  # fmt: skip
def test_values_become_parameters(call: str, expected: str) -> None:
    assert fixed(SQLITE + call + "\n") == SQLITE + expected + "\n"


@pytest.mark.parametrize(
    "call",
    [
        """c.execute(f"SELECT a FROM {table}")""",
        """c.execute(f"SELECT a FROM t WHERE id = {n} ORDER BY {column}")""",
        """c.execute(f"SELECT {p}, b FROM t")""",
        """c.execute(f"SELECT a FROM t WHERE x = {p!r}")""",
        """c.execute(f"SELECT a FROM t WHERE x = 'a{p}'")""",
        """c.execute(f"SELECT a FROM t WHERE id = {n} AND y = ?", (y,))""",
    ],
)
def test_what_is_no_plain_value_is_left(call: str) -> None:
    assert fixed(SQLITE + call + "\n") is None


def test_each_library_has_its_marks() -> None:
    call = """c.execute(f"SELECT a FROM t WHERE x LIKE 'a%' AND id = {n}")\n"""
    assert fixed("import psycopg\n" + call) == (
        """import psycopg\nc.execute("SELECT a FROM t WHERE x LIKE 'a%%' AND id = %s", (n,))\n"""
    )
    assert fixed("import asyncpg\n" + call) == (
        """import asyncpg\nc.execute("SELECT a FROM t WHERE x LIKE 'a%' AND id = $1", n)\n"""
    )
    assert fixed(call) is None
    assert fixed("import sqlite3\nimport psycopg\n" + call) is None


def test_text_of_sqlalchemy_takes_named_ones() -> None:
    before = """from sqlalchemy import text\nc.execute(text(f"SELECT a FROM t WHERE x = '{user.name}' AND y = {name}"))\n"""
    after = """from sqlalchemy import text\nc.execute(text("SELECT a FROM t WHERE x = :name AND y = :name_2"), {"name": user.name, "name_2": name})\n"""
    assert fixed(before) == after


def test_a_statement_in_a_name_of_its_own() -> None:
    code = SQLITE + 'q = f"""SELECT a\n  FROM t WHERE id = {n}"""\nc.execute(q)\n'
    assert fixed(code) == SQLITE + 'q = """SELECT a\n  FROM t WHERE id = ?"""\nc.execute(q, (n,))\n'
    assert fixed(code + "print(q)\n") is None
