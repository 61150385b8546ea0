"""Untrusted text is compiled as a regular expression.

Finds request data that becomes the pattern of ``re.compile``, ``re.search`` and the like. Whoever writes
the pattern decides how long the search takes: a short one with nested repetitions keeps the process busy
for hours, and a broken one raises an error.

Escape what is meant literally with ``re.escape``, search with ``in``, or choose among patterns of your own.

Leave it where only trusted users reach it and the search runs with a time limit.
"""

from collections.abc import Iterator

from autovet.checks.security.taint.reporting import flow_findings
from autovet.domain.category import Category
from autovet.domain.finding import Finding
from autovet.domain.rule import Rule
from autovet.domain.severity import Severity
from autovet.project.project import Project
from autovet.source.module import Module

RULE = Rule("regex-injection", Category.SECURITY, severity=Severity.WARNING, confidence=0.7, cwe=1333)  # fmt: skip

BAD = (
    """
import re
from flask import Flask, jsonify, request

app = Flask(__name__)
TOWNS = ("Oslo", "Bergen")

@app.get("/towns")
def towns():
    return jsonify([t for t in TOWNS if re.search(request.args["like"], t)])  # <--
""",
    """
import re
from fastapi import FastAPI

app = FastAPI()

@app.get("/songs")
def songs(title: str):
    wanted = re.compile("^" + title, re.IGNORECASE)  # <--
    return [s for s in ("Anthem", "March") if wanted.match(s)]
""",
)

GOOD = (
    """
import re
from flask import Flask, jsonify, request

app = Flask(__name__)
TOWNS = ("Oslo", "Bergen")

@app.get("/towns")
def towns():
    return jsonify([t for t in TOWNS if re.search("^" + re.escape(request.args["like"]), t)])
""",
    """
import re
from fastapi import FastAPI

app = FastAPI()
WAYS = {"word": r"\\w+", "number": r"\\d+"}

@app.get("/pieces")
def pieces(way: str, text: str):
    return re.findall(WAYS[way], text)

def search(pattern, lines):
    return [line for line in lines if re.search(pattern, line)]
""",
)


def check(module: Module, project: Project) -> Iterator[Finding]:
    """Report the flows of the module into patterns."""
    harm = "its author decides how long the search takes; use re.escape"
    yield from flow_findings(module, RULE, "regex", harm, project)
