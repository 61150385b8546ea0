"""Untrusted bytes are loaded in a format that runs code on load.

Finds request data that reaches ``pickle``, ``marshal``, ``dill``, ``joblib`` or ``yaml.load`` without
a safe loader. Loading such data lets its sender run any code in the process.

Use JSON, ``yaml.safe_load`` or a schema; when the format cannot change, verify a signature over the
bytes before loading them.

Leave it when something outside the module has already restricted the value to harmless ones, and
say so in a suppression with the reason.
"""

from collections.abc import Iterator
from dataclasses import replace

from autovet.checks.security.remedies.safe_yaml import safe_yaml_at
from autovet.checks.security.taint.reporting import flow_findings
from autovet.domain.category import Category
from autovet.domain.finding import Finding
from autovet.domain.rule import Rule
from autovet.domain.severity import Severity
from autovet.project.project import Project
from autovet.source.module import Module

RULE = Rule(
    "unsafe-deserialization", Category.SECURITY, severity=Severity.ERROR, confidence=0.9, cwe=502
)

BAD = (
    """
import pickle
from flask import Flask, request

app = Flask(__name__)

@app.post("/restore")
def restore():
    state = pickle.loads(request.get_data())  # <--
    return {"items": len(state)}
""",
    """
import yaml
from fastapi import FastAPI, Request

app = FastAPI()

@app.post("/config")
async def configure(request: Request):
    return yaml.load(await request.body(), Loader=yaml.Loader)  # <--
""",
)

GOOD = (
    """
import json
import pickle
from flask import Flask, request

app = Flask(__name__)

@app.post("/restore")
def restore():
    return {"items": len(json.loads(request.get_data()))}

def cached(path):
    with open(path, "rb") as file:
        return pickle.load(file)
""",
    """
import yaml
from fastapi import FastAPI, Request

app = FastAPI()

@app.post("/config")
async def configure(request: Request):
    text = await request.body()
    return [yaml.safe_load(text), yaml.load(text, Loader=yaml.SafeLoader)]
""",
)


def check(module: Module, project: Project) -> Iterator[Finding]:
    """Report the flows of the module into such places."""
    harm = "loading it runs code of the sender's choice; use JSON or a safe loader"
    for finding in flow_findings(module, RULE, "deserialize", harm, project):
        yield replace(finding, fix=safe_yaml_at(finding.span, module))
