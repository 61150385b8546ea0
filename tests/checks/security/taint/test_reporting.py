"""What flows look like as findings."""

import ast

import pytest

from autovet.checks.security import command_injection, path_traversal, sql_injection
from autovet.checks.security.taint import program
from autovet.domain.context import Context
from autovet.domain.errors import CannotDecideError
from autovet.domain.finding import Finding
from autovet.domain.severity import Severity
from autovet.project.project import Project
from autovet.source.module import Module

TEXT = """
from flask import Flask, request
app = Flask(__name__)

def find(cursor, name):
    query = f"SELECT * FROM birds WHERE name = '{name}'"
    cursor.execute(query)

@app.get("/birds")
def birds():
    find(connect(), request.args["name"])
    return open(request.args["photo"]).name
"""

ALONE = Project(Context())


def module_of(path: str = "aviary/views.py") -> Module:
    return Module(path, TEXT, ast.parse(TEXT))


def test_a_proven_flow_beats_the_parameter_and_shows_its_way() -> None:
    (finding,) = [r for r in sql_injection.check(module_of(), ALONE) if isinstance(r, Finding)]
    assert finding.severity is Severity.ERROR
    assert finding.cwe == 89
    assert (finding.span.line, finding.span.end_line) == (6, 7)
    assert finding.evidence["source"] == {"line": 11, "what": "request.args", "kind": "request"}
    assert finding.evidence["sink"]["line"] == 7
    assert [p["line"] for p in finding.evidence["path"]] == [11, 5, 6, 7]


def test_a_trusting_name_lowers_but_does_not_silence() -> None:
    text = TEXT.replace('open(request.args["photo"])', 'open(safe_name(request.args["photo"]))')
    module = Module("aviary/views.py", text, ast.parse(text))
    (finding,) = [r for r in path_traversal.check(module, ALONE) if isinstance(r, Finding)]
    assert finding.severity is Severity.INFO


def test_a_cut_short_analysis_is_said_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(program, "STEP_BUDGET", 10)
    module = module_of()
    with pytest.raises(CannotDecideError, match="10 steps"):
        list(sql_injection.check(module, ALONE))
    assert list(path_traversal.check(module, ALONE)) == []


def test_the_way_through_another_file_is_told_with_its_name() -> None:
    files = {"shop/store.py": "import os\n\ndef run(name):\n    os.system('service ' + name)\n"}
    project = Project(Context(path="shop/views.py", files=files))
    text = (
        "from flask import Flask, request\nfrom shop.store import run\n\napp = Flask(__name__)\n\n"
        "@app.get('/run')\ndef start():\n    run(request.args['name'])\n    return {}\n"
    )
    module = Module("shop/views.py", text, ast.parse(text))
    (finding,) = command_injection.check(module, project)
    assert finding.span.line == 8
    assert finding.evidence["sink"] == {"line": 4, "what": "os.system", "path": "shop/store.py"}
    assert finding.evidence["path"][-1] == {
        "line": 4,
        "code": "os.system('service ' + name)",
        "path": "shop/store.py",
    }
    assert finding.evidence["path"][0] == {"line": 8, "code": "run(request.args['name'])"}


def test_says_why_a_guard_does_not_count() -> None:
    text = (
        "import html, os\nfrom flask import Flask, request\n\napp = Flask(__name__)\n\n"
        "@app.get('/run')\ndef start():\n    os.system('x ' + html.escape(request.args['name']))\n"
        "    return {}\n"
    )
    (finding,) = command_injection.check(Module("a.py", text, ast.parse(text)), ALONE)
    assert finding.evidence["guard"] == "it was escaped for HTML, which does not help here"
