"""Flows through the constructs of the language, on small handlers."""

import ast
import time

import pytest

from autovet.checks.security.taint import program
from autovet.checks.security.taint.flows import flows_of
from autovet.source.module import Module
from autovet.source.parsing import parse_module

HEAD = """
import os, html, re, sqlite3
from urllib.parse import urlsplit, unquote
from flask import Flask, request, redirect, abort
app = Flask(__name__)
ALLOWED = {"a", "b"}
def shell(text):
    os.system("run " + text)
def passes(text):
    return text.strip()
def is_known(text):
    return text in ALLOWED
def must_be_known(text):
    if text not in ALLOWED:
        raise ValueError(text)
class Job:
    def __init__(self, name, size):
        self.name = name
        self.size = size
@app.get("/x")
def handler():
    q = request.args.get("q", "")
"""


def module_of(text: str) -> Module:
    return Module("app/views.py", text, ast.parse(text))


def kinds(body: str) -> list[str]:
    lines = "".join(f"    {line}\n" for line in body.strip("\n").split("\n"))
    hits = flows_of(module_of(HEAD + lines)).hits
    return sorted({h.kind for h in hits if h.taint.origin.kind == "request" and not h.soft})


@pytest.mark.parametrize(
    "body",
    [
        "os.system('ls ' + q)",
        "os.system(f'ls {q}')",
        "os.system('ls %s' % q)",
        "os.system('ls {}'.format(q))",
        "os.system(' '.join(['ls', q]))",
        "shell(q)",
        "os.system('ls ' + passes(q))",
        "d = {'k': 'v', 'q': q}\nos.system('ls ' + d['q'])",
        "parts = []\nparts.append(q)\nos.system(' '.join(parts))",
        "os.system('ls ' + unknown(q))",
        "if (w := q.lower()):\n    os.system('ls ' + w)",
        "for part in q.split(','):\n    os.system('ls ' + part)",
        "a, b = q, 'x'\nos.system('ls ' + a)",
        "job = Job(q, 1)\nos.system('ls ' + job.name)",
        "cmd = 'ls '\ncmd += q\nos.system(cmd)",
        "x = 'a'\nif len(q) > 3:\n    x = q\nos.system('ls ' + x)",
        "try:\n    x = q\nexcept ValueError:\n    x = ''\nos.system('ls ' + x)",
        "done = probe().decode('utf-8')\nif done != '':\n    return {}\nos.system('ls ' + q)",
        "if q in ALLOWED:\n    pass\nos.system('ls ' + q)",
        "if q not in ALLOWED:\n    print(q)\nos.system('ls ' + q)",
    ],
)
def test_flows_arrive(body: str) -> None:
    assert kinds(body) == ["shell"]


@pytest.mark.parametrize(
    "body",
    [
        "os.system('ls ' + str(int(q)))",
        "if q not in ALLOWED:\n    abort(400)\nos.system('ls ' + q)",
        "if not q.isalnum():\n    return {}\nos.system('ls ' + q)",
        "if not re.fullmatch(r'[a-z]+', q):\n    return {}\nos.system('ls ' + q)",
        "ok = q in ALLOWED\nif ok:\n    os.system('ls ' + q)",
        "os.system('ls ' + (q if q in ALLOWED else 'a'))",
        "if not is_known(q):\n    return {}\nos.system('ls ' + q)",
        "must_be_known(q)\nos.system('ls ' + q)",
        "try:\n    int(q)\nexcept ValueError:\n    return {}\nos.system('ls ' + q)",
        "d = {'k': 'v', 'q': q}\nos.system('ls ' + d['k'])",
        "job = Job(q, 'big')\nos.system('ls ' + job.size)",
        "x = 'always' if 7 * 6 == 42 else q\nos.system('ls ' + x)",
        "q = 'fixed'\nos.system('ls ' + q)",
        "os.system('ls ' + re.sub(r'[^a-z]', '', q))",
        "match q:\n    case 'a' | 'b':\n        os.system('ls ' + q)",
        "for c in [x for x in q.split(',') if x in ALLOWED]:\n    os.system('ls ' + c)",
        "assert q in ALLOWED\nos.system('ls ' + q)",
    ],
)
def test_guards_and_conversions_stop_them(body: str) -> None:
    assert kinds(body) == []


def test_a_reassigned_variable_loses_its_test() -> None:
    body = "ok = q in ALLOWED\nq = request.args['z']\nif ok:\n    os.system('ls ' + q)"
    assert kinds(body) == ["shell"]


def test_unescaping_undoes_escaping() -> None:
    assert kinds("return '<p>' + html.escape(q) + '</p>'") == []
    assert kinds("return '<p>' + html.unescape(html.escape(q)) + '</p>'") == ["html"]


def test_local_redirects_need_both_halves() -> None:
    half = "if not q.startswith('/'):\n    abort(400)\nreturn redirect(q)"
    whole = "if not q.startswith('/') or q.startswith('//'):\n    abort(400)\nreturn redirect(q)"
    assert kinds(half) == ["redirect"]
    assert kinds(whole) == []


def test_evidence_leads_from_source_to_sink() -> None:
    hits = flows_of(module_of(HEAD + "    shell(q)\n")).hits
    hit = next(h for h in hits if h.taint.origin.kind == "request")
    assert hit.taint.origin.what == "request.args"
    assert isinstance(hit.node, ast.Call)


def test_is_remembered() -> None:
    module = module_of(HEAD)
    assert flows_of(module) is flows_of(module)


def test_an_exhausted_budget_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(program, "STEP_BUDGET", 20)
    assert "steps" in flows_of(module_of(HEAD + "    shell(q)\n")).cut_short


def test_recursion_and_depth_end() -> None:
    text = HEAD + "    return again(q)\ndef again(x):\n    return again(x + x)\n"
    text += "def deep(x):\n    os.system(" + "(" * 150 + "x" + "+ 'a')" * 150 + ")\n"
    assert not flows_of(module_of(text)).cut_short


def test_is_fast_enough() -> None:
    bodies = "".join(
        f"@app.get('/v{n}')\ndef view{n}():\n    v = request.args['k']\n    if v in ALLOWED:\n"
        f"        return passes(v)\n    db = sqlite3.connect('x')\n    return str(db.execute('s'))\n"
        for n in range(150)
    )
    module = module_of(HEAD + bodies)
    assert module.scopes
    start = time.perf_counter()
    assert not flows_of(module).cut_short
    assert time.perf_counter() - start < 1.5


@pytest.mark.parametrize(
    "line",
    [
        "x = b'abc'.encode()",
        "x = b'a'.casefold()",
        "x = 'a'.zfill(10**10)",
        "x = 'a'.zfill(10000000000)",
        "x = 'ab'.strip(7)",
        "x = b'a'.split('b')",
    ],
)
def test_calls_on_constants_that_fail_or_explode_are_not_folded(line):
    module = parse_module("a.py", f"{line}\n")
    assert flows_of(module).hits == ()


@pytest.mark.parametrize(("guard", "found"), [("", []), ("not ", ["path"])])
def test_a_piece_without_a_directory_part_stays_where_it_is_joined(guard, found):
    body = f"if {guard}os.path.dirname(q): return ''\nreturn open(os.path.join('files', q)).read()"
    assert kinds(body) == found


def test_a_constant_call_acquits_nothing_that_is_chained_to_it() -> None:
    module = parse_module(
        "app.py",
        "import sqlite3\nfrom flask import Flask, request\napp = Flask(__name__)\n\n@app.get('/x')\ndef x():\n"
        "    sqlite3.connect('a.db').execute('SELECT * FROM t ORDER BY ' + request.args['q'])\n"
        "    sqlite3.connect('b.db').execute('SELECT 1')\n    return {}\n",
    )
    assert module is not None
    flows = flows_of(module)
    assert [h.kind for h in flows.hits] == ["sql"]
    assert {getattr(n, "lineno", 0) for n in flows.harmless} == {8}


@pytest.mark.parametrize(("declared", "is_open"), [("", True), (", choices=['a', 'b']", False)])
def test_a_subcommand_says_what_may_be_given(declared: str, is_open: bool) -> None:
    module = parse_module(
        "tool.py",
        "import argparse\nimport os\n\ndef main():\n    parser = argparse.ArgumentParser()\n"
        "    play = parser.add_subparsers(dest='command').add_parser('play')\n"
        f"    play.add_argument('song'{declared})\n    args = parser.parse_args()\n"
        "    os.system('play ' + args.song)\n",
    )
    assert module is not None
    assert bool(flows_of(module).hits) is is_open
