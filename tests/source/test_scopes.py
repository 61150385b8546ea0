"""Names are followed through imports and scopes."""

import ast

import pytest

from autovet.source.module import Module
from autovet.source.parsing import parse_module


def parsed(text: str, path: str = "app/api/users.py") -> Module:
    module = parse_module(path, text)
    assert module is not None
    return module


def last_call(module: Module) -> ast.Call:
    return module.nodes(ast.Call)[-1]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("import requests\nrequests.get(1)", "requests.get"),
        ("import requests as r\nr.get(1)", "requests.get"),
        ("from requests import get as g\ng(1)", "requests.get"),
        ("import os.path\nos.path.join(1)", "os.path.join"),
        ("from . import db\ndb.query()", "app.api.db.query"),
        ("from ..core import db\ndb.query()", "app.core.db.query"),
        ("from .db import query\nquery()", "app.api.db.query"),
        ("len([])", "builtins.len"),
        ("os.system('x')", "os.system"),
        ("len = max\nlen([])", None),
        ("def f(requests):\n    return requests.get(1)", None),
        ("import time\ndef f():\n    time = 3\n    return time.sleep(1)", None),
        ("import time\ndef f():\n    time.sleep(1)", "time.sleep"),
        ("class A:\n    import time\n    def f(self):\n        time.sleep(1)", "time.sleep"),
        ("def f():\n    import time\n    return time.sleep(1)", "time.sleep"),
        ("import time\nf = lambda: time.sleep(1)", "time.sleep"),
        ("import time\nx = [time.sleep(t) for t in y]", "time.sleep"),
    ],
)
def test_qualified(text: str, expected: str | None) -> None:
    module = parsed(text)
    assert module.qualified(last_call(module).func) == expected


def test_defaults_and_decorators_belong_to_the_scope_around() -> None:
    module = parsed("import time\n@time.deco()\ndef f(time, x=time.sleep()):\n    pass")
    names = {module.qualified(call.func) for call in module.nodes(ast.Call)}
    assert names == {"time.deco", "time.sleep"}


def test_assigned_follows_one_binding_only() -> None:
    module = parsed("a = 1\nb = 2\nb = 3\nprint(a, b)")
    a, b = last_call(module).args
    value = module.assigned(a)
    assert isinstance(value, ast.Constant)
    assert value.value == 1
    assert module.assigned(b) is None


def test_function_of_ignores_decorators_and_sees_through_comprehensions() -> None:
    module = parsed("async def f():\n    return [g(x) for x in y]\n@h()\ndef k(): pass")
    inner, decorator = module.nodes(ast.Call)
    function = module.function_of(inner)
    assert function is not None
    assert function.name == "f"
    assert module.function_of(decorator) is None


def test_loop_of_knows_what_runs_again() -> None:
    module = parsed("for x in start():\n    again()\nelse:\n    once()\nwhile test():\n    body()")
    names = {
        call.func.id for call in module.nodes(ast.Call)
        if isinstance(call.func, ast.Name) and module.loop_of(call) is not None
    }  # fmt: skip
    assert names == {"again", "test", "body"}
