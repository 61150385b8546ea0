"""Untrusted text is evaluated or imported as code.

Finds request data (and, as a warning, command-line data) that reaches ``eval``, ``exec``, ``compile``
or a dynamic import. The sender can then do whatever the process can.

Parse what is meant: ``ast.literal_eval`` or ``json.loads`` for data, a table of functions for
choices, a small parser for formulas.

Leave it when something outside the module has already restricted the value to harmless ones, and
say so in a suppression with the reason.
"""

from collections.abc import Iterator

from autovet.checks.security.taint.reporting import flow_findings
from autovet.domain.category import Category
from autovet.domain.finding import Finding
from autovet.domain.rule import Rule
from autovet.domain.severity import Severity
from autovet.project.project import Project
from autovet.source.module import Module

RULE = Rule("code-injection", Category.SECURITY, severity=Severity.ERROR, confidence=0.9, cwe=94)

BAD = (
    """
from flask import Flask, request

app = Flask(__name__)

@app.get("/calc")
def calc():
    return {"result": eval(request.args["formula"])}  # <--
""",
    """
import sys

def main():
    exec(sys.argv[1])  # <--
""",
)

GOOD = (
    """
import ast
from flask import Flask, request

app = Flask(__name__)

@app.get("/calc")
def calc():
    return {"result": ast.literal_eval(request.args["formula"])}
""",
    """
import operator
from fastapi import FastAPI

app = FastAPI()
OPERATIONS = {"add": operator.add, "sub": operator.sub}

@app.get("/calc")
def calc(op: str, a: float, b: float):
    if op in OPERATIONS:
        return eval(f"OPERATIONS[{op!r}]({a}, {b})")
    return None
""",
)


def check(module: Module, project: Project) -> Iterator[Finding]:
    """Report the flows of the module into such places."""
    harm = "it runs as code; parse it or choose from a table instead"
    yield from flow_findings(module, RULE, "code", harm, project)
