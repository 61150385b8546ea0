"""Which calls send requests, query databases, block, and answer routes."""

import ast

import pytest

from autovet.checks.vocabulary.blocking_calls import blocking_call
from autovet.checks.vocabulary.database_calls import database_call, sql_text
from autovet.checks.vocabulary.http_calls import HttpCall, http_call
from autovet.checks.vocabulary.web_handlers import handlers
from autovet.source.module import Module
from autovet.source.parsing import parse_module


def module_of(code: str) -> Module:
    module = parse_module("zoo/web.py", code)
    assert isinstance(module, Module)
    return module


def requests_in(code: str) -> list[HttpCall]:
    module = module_of(code)
    found = (http_call(c, module) for c in module.nodes(ast.Call))
    return [f for f in found if f is not None]


@pytest.mark.parametrize(
    ("code", "method", "library", "blocking"),
    [
        ("import requests\nrequests.get('x')", "GET", "requests", True),
        ("from requests import post as send\nsend('x')", "POST", "requests", True),
        ("import requests\nrequests.request('put', 'x')", "PUT", "requests", True),
        (
            "import requests\ndef f(s: requests.Session):\n    s.delete('x')",
            "DELETE",
            "requests",
            True,
        ),
        (
            "import httpx\nasync def f(c: httpx.AsyncClient):\n    await c.get('x')",
            "GET",
            "httpx",
            False,
        ),
        ("from urllib.request import urlopen\nurlopen('x', b'data')", "POST", "urllib", True),
        ("async def f(self):\n    await self.client.post('/orders')", "POST", "", False),
    ],
)
def test_requests(code: str, method: str, library: str, blocking: bool) -> None:
    (found,) = requests_in(code)
    assert (found.method, found.library, found.blocking) == (method, library, blocking)


@pytest.mark.parametrize(
    "code",
    [
        "settings = {}\nsettings.get('/path')",
        "session.get(User, 1)",
        "def f(requests):\n    requests.get('x')",
        "client.get(key)",
        "@router.get('/animals')\ndef animals(): ...",
    ],
)
def test_no_requests(code: str) -> None:
    assert requests_in(code) == []


@pytest.mark.parametrize(
    ("code", "library", "kind"),
    [
        ("cur.execute('SELECT 1')", "dbapi", "read"),
        ("cur.executemany('INSERT INTO t VALUES (?)', rows)", "dbapi", "write"),
        ("SQL = 'UPDATE t SET a = 1'\nconn.execute(SQL)", "dbapi", "write"),
        ("from sqlalchemy import text\ns.execute(text('DELETE FROM t'))", "sqlalchemy", "write"),
        ("from sqlalchemy import select\ns.scalars(select(A).where(A.b == 1).limit(3))", "sqlalchemy", "read"),
        ("from sqlalchemy import select\nq = select(A)\ns.execute(q.order_by(A.b))", "sqlalchemy", "read"),
        ("from sqlalchemy.orm import Session\ndef f(s: Session):\n    s.get(A, 1)", "sqlalchemy", "read"),
        ("session.query(A)", "sqlalchemy", "read"),
        ("Animal.objects.filter(a=1)", "django", "read"),
        ("Animal.objects.create(a=1)", "django", "write"),
    ],
)  # fmt: skip
def test_statements(code: str, library: str, kind: str) -> None:
    module = module_of(code)
    found = [f for c in module.nodes(ast.Call) if (f := database_call(c, module)) is not None]
    assert [(f.library, f.kind) for f in found] == [(library, kind)]


@pytest.mark.parametrize(
    "code", ["executor.execute(job)", "cache.get(key)", "d.get('a')", "print('SELECT 1')"]
)
def test_no_statements(code: str) -> None:
    module = module_of(code)
    assert [f for c in module.nodes(ast.Call) if (f := database_call(c, module))] == []


def test_text_of_a_statement_that_is_put_together() -> None:
    module = module_of("q = f'SELECT a FROM {t} WHERE b = 1'\nrun(q)")
    call = module.nodes(ast.Call)[0]
    text = sql_text(call.args[0], module)
    assert text is not None
    assert text.startswith("SELECT a FROM")
    assert sql_text(ast.Constant("hello there"), module) is None


def test_blocking_calls_name_what_to_use_instead() -> None:
    module = module_of("import time, asyncio\ntime.sleep(1)\nasyncio.sleep(1)\nlen('x')")
    found = [blocking_call(c, module) for c in module.nodes(ast.Call)]
    assert found == [("time.sleep()", "asyncio.sleep"), None, None]


def test_routes_carry_the_prefix_of_their_router() -> None:
    module = module_of("""
from fastapi import APIRouter
from flask import Blueprint

router = APIRouter(prefix="/v1/animals")
bp = Blueprint("b", __name__, url_prefix="/v2")

@router.get("/{number}")
def one(number: int): ...

@bp.route("/all", methods=["GET", "post"])
def everything(): ...

@cache.get("/x")
def cached(): ...

def plain(): ...
""")
    found = {f.name: (r[0].methods, r[0].path, r[0].framework) for f, r in handlers(module)}
    assert found == {
        "one": (("GET",), "/v1/animals/{number}", "fastapi"),
        "everything": (("GET", "POST"), "/v2/all", "flask"),
    }
