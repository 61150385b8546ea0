"""Untrusted bytes are loaded in a format that runs code on load.

Finds request data that reaches ``pickle``, ``marshal``, ``dill``, ``joblib`` or ``yaml.load`` without
a safe loader. Loading such data lets its sender run any code in the process.

Use JSON, ``yaml.safe_load`` or a schema; when the format cannot change, verify a signature over the
bytes before loading them.

Leave it when something outside the module has already restricted the value to harmless ones, and
say so in a suppression with the reason.
"""

import ast
from collections.abc import Iterator
from dataclasses import replace

from autovet.checks.security.remedies.safe_yaml import safe_yaml_at
from autovet.checks.security.taint.relevance import is_fragment
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


_OPENS = frozenset({"builtins.open", "io.open", "gzip.open", "bz2.open"})
_FROM_FILES = frozenset(
    {"pickle.load", "cPickle.load", "_pickle.load", "dill.load", "cloudpickle.load"}
)


def _loads_given_files(module: Module) -> Iterator[Finding]:
    """Where nobody shows who calls a function: a pickle from a file that the caller names."""
    for call in module.nodes(ast.Call):
        if not call.args or module.qualified(call.func) not in _FROM_FILES:
            continue
        opened = module.assigned(call.args[0]) or call.args[0]
        if not isinstance(opened, ast.Call) or module.qualified(opened.func) not in _OPENS:
            continue
        path = opened.args[0] if opened.args else None
        if isinstance(path, ast.Name) and module.assigned(path) is None and _is_parameter(path, module):  # fmt: skip
            yield module.finding(
                RULE,
                call,
                f"loading the file that {path.id} names runs what is in it: use JSON unless nobody else can write it",
                severity=Severity.WARNING,
                confidence=0.45,
                evidence={"parameter": path.id},
            )


def _is_parameter(name: ast.Name, module: Module) -> bool:
    scope = module.scopes.of(name).lookup(name.id)
    return scope is not None and any(isinstance(b, ast.arg) for b in scope.bindings[name.id])


def check(module: Module, project: Project) -> Iterator[Finding]:
    """Report the flows of the module into such places."""
    harm = "loading it runs code of the sender's choice; use JSON or a safe loader"
    for finding in flow_findings(module, RULE, "deserialize", harm, project):
        yield replace(finding, fix=safe_yaml_at(finding.span, module))
    if is_fragment(module):
        yield from _loads_given_files(module)
