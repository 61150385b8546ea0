"""What flows look like as findings."""

import ast

import pytest

from autovet.checks.security import path_traversal, sql_injection
from autovet.checks.security.taint import analysis
from autovet.domain.finding import Finding
from autovet.domain.severity import Severity
from autovet.domain.unverified import Unverified
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


def module_of(path: str = "aviary/views.py") -> Module:
    return Module(path, TEXT, ast.parse(TEXT))


def test_a_proven_flow_beats_the_parameter_and_shows_its_way() -> None:
    (finding,) = [r for r in sql_injection.check(module_of()) if isinstance(r, Finding)]
    assert finding.severity is Severity.ERROR
    assert finding.cwe == 89
    assert (finding.span.line, finding.span.end_line) == (6, 7)
    assert finding.evidence["source"] == {"line": 11, "what": "request.args", "kind": "request"}
    assert finding.evidence["sink"]["line"] == 7
    assert [p["line"] for p in finding.evidence["path"]] == [11, 5, 6, 7]


def test_a_trusting_name_lowers_but_does_not_silence() -> None:
    text = TEXT.replace('open(request.args["photo"])', 'open(safe_name(request.args["photo"]))')
    module = Module("aviary/views.py", text, ast.parse(text))
    (finding,) = [r for r in path_traversal.check(module) if isinstance(r, Finding)]
    assert finding.severity is Severity.INFO


def test_a_cut_short_analysis_is_said_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(analysis, "STEP_BUDGET", 10)
    module = module_of()
    reports = [*sql_injection.check(module), *path_traversal.check(module)]
    assert [type(r) for r in reports] == [Unverified]
