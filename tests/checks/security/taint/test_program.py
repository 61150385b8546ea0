"""How much the analysis of flows costs at most, and what it says when that is not enough."""

import time
from collections.abc import Callable

import pytest

from autovet.checks.registry import all_checks
from autovet.checks.runner import run_checks
from autovet.checks.security.taint import program
from autovet.checks.security.taint.flows import Flows, flows_of
from autovet.domain.context import Context
from autovet.project.project import Project
from autovet.source.parsing import parse_module

HEAD = """
import os
import sqlite3
from flask import Flask, abort, request
app = Flask(__name__)
ALLOWED = {"a"}
def passes(x):
    return x.strip()
"""
HANDLER = '@app.get("/q")\ndef q():\n    '


def cost(code: str) -> tuple[Flows, float]:
    """The flows, and the processor time in milliseconds, names resolved beforehand."""
    module = parse_module("app/views.py", HEAD + code)
    assert module is not None
    assert module.scopes
    start = time.process_time()
    found = flows_of(module)
    return found, (time.process_time() - start) * 1000


def helpers() -> str:
    text = "".join(
        f"def f{n}(x, y):\n    a = {f'f{n - 1}(x, y)' if n else 'x'}\n"
        f"    b = {f'f{n - 2}(y, a)' if n > 1 else 'y'}\n    c = a + b\n    return c + '{n}'\n"
        for n in range(200)
    )
    return text + HANDLER + "os.system(f199(request.args['a'], request.args['b']))\n"


def handlers() -> str:
    return "".join(
        f"@app.get('/v{n}')\ndef view{n}():\n    v = request.args['k{n}']\n"
        "    w = request.form.get('z', '')\n    if v in ALLOWED:\n        return passes(v)\n"
        "    db = sqlite3.connect('x')\n    rows = db.execute('select a where b = ?', (w,))\n"
        "    out = []\n    for row in rows:\n        out.append(row[0] + w)\n"
        "    return {'r': ', '.join(out)}\n"
        for n in range(300)
    )


def one_long_function() -> str:
    lines = (
        f"    v{n} = request.args['k{n}']\n    if v{n} in ALLOWED:\n        print(v{n})\n"
        f"    w{n} = v{n}.strip()\n"
        for n in range(1250)
    )
    return HANDLER + "pass\n" + "".join(lines)


def everyone_calls_everyone() -> str:
    text = "".join(
        f"def g{n}(x, y):\n    return g{(n + 1) % 40}(x, y + x) + g{(n * 7 + 3) % 40}(y, [x])\n"
        for n in range(40)
    )
    return text + HANDLER + "os.system(g0(request.args['a'], request.args['b']))\n"


def functions_given_functions() -> str:
    text = "".join(
        f"def h{n}(f, x):\n    return f(lambda a: h{(n + 1) % 30}(f, a), x) + f(x, f)\n"
        for n in range(30)
    )
    return text + HANDLER + "os.system(h0(h1, request.args['a']))\n"


def nested_loops() -> str:
    loops = "".join("    " * (n + 1) + f"for i{n} in x:\n" for n in range(16))
    return HANDLER + "x = request.args['a']\n" + loops + "    " * 17 + "os.system(x)\n"


def growing_containers() -> str:
    lines = (
        f"    d['k{n}'] = dict(d)\n    d['j{n}'] = [d, request.args['x{n}']]\n" for n in range(300)
    )
    return HANDLER + "d = {}\n" + "".join(lines) + "    os.system(d['j1'][1])\n"


def heirs() -> str:
    text = "".join(
        f"class C{n}({f'C{n - 1}' if n else 'object'}):\n    def m(self, x):\n"
        f"        self.a{n} = x\n        return {'super().m(x)' if n else 'x'}\n"
        for n in range(60)
    )
    return text + HANDLER + "os.system(C59().m(request.args['a']))\n"


# processor time allowed on a machine several times slower and busier than a workstation
@pytest.mark.parametrize(
    ("made", "limit_ms"),
    [
        (helpers, 800),
        (handlers, 2000),
        (one_long_function, 2000),
        (everyone_calls_everyone, 3000),
        (functions_given_functions, 1000),
        (nested_loops, 1000),
        (growing_containers, 1000),
        (heirs, 3000),
    ],
)
def test_costs_little_or_ends(made: Callable[[], str], limit_ms: float) -> None:
    _, spent = cost(made())
    assert spent < limit_ms


@pytest.mark.parametrize("made", [helpers, nested_loops, growing_containers])
def test_finds_what_lies_deep(made: Callable[[], str]) -> None:
    found, _ = cost(made())
    assert not found.cut_short
    assert {h.kind for h in found.hits} == {"shell"}


def test_an_ordinary_handler_takes_a_moment() -> None:
    body = "".join(
        f"    v{n} = request.args.get('k{n}', '')\n    if not v{n}:\n        abort(400)\n"
        f"    w{n} = passes(v{n})\n    out{n} = {{'a': w{n}}}\n"
        for n in range(11)
    )
    spent = sorted(cost(HANDLER + "pass\n" + body)[1] for _ in range(9))
    assert spent[4] < 30


def test_a_spent_budget_leaves_the_category_undecided(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(program, "STEP_BUDGET", 60)
    module = parse_module("app/views.py", HEAD + HANDLER + "os.system(request.args['a'])\n" * 1 + "    x = 1\n" * 90)  # fmt: skip
    assert module is not None
    checks = [c for c in all_checks() if c.rule.id in {"sql-injection", "command-injection"}]
    reports, runs = run_checks(checks, module, Project(Context()), None)  # type: ignore[arg-type] (these two do not ask it)
    assert {run.check: run.error is not None for run in runs} == {
        "command-injection": False,
        "sql-injection": True,
    }
    assert "more than 60 steps" in next(run.error for run in runs if run.error)
    assert isinstance(reports, list)


def test_calls_with_constants_only_are_harmless() -> None:
    code = HANDLER + "os.system('df')\n    os.system('ls ' + request.args['a'])\n"
    found, _ = cost(code)
    assert [node.args[0].value for node in found.harmless] == ["df"]  # type: ignore[attr-defined] (a call)


def test_what_callers_at_hand_decide_is_not_asked_of_others() -> None:
    open_helper = "def run(name):\n    os.system('service ' + name)\n"
    known_callers = open_helper + "def start():\n    run('web')\n"
    assert {h.taint.origin.kind for h in cost(open_helper)[0].hits} == {"parameter"}
    assert cost(known_callers)[0].hits == ()
