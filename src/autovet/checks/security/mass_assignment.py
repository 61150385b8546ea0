"""A request decides which attributes of an object are set.

Finds ``setattr`` over the items of a request body, and bodies unpacked into a database model, without
a list of the fields that may be set. Whoever adds ``is_admin`` to the body gets it.

Copy the allowed fields only, or validate the body with a schema that declares them.

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

RULE = Rule("mass-assignment", Category.SECURITY, severity=Severity.ERROR, confidence=0.9, cwe=915)

BAD = (
    """
from flask import Flask, request

app = Flask(__name__)

@app.patch("/members/<int:member_id>")
def change(member_id):
    member = load(member_id)
    for key, value in request.get_json().items():
        setattr(member, key, value)  # <--
    return {}
""",
    """
from typing import Any

def apply(ticket, changes: dict[str, Any]):
    for key in changes:
        if hasattr(ticket, key):
            setattr(ticket, key, changes[key])  # <--
""",
)

GOOD = (
    """
from flask import Flask, request

app = Flask(__name__)
EDITABLE = {"title", "note"}

@app.patch("/members/<int:member_id>")
def change(member_id):
    member = load(member_id)
    for key, value in request.get_json().items():
        if key in EDITABLE:
            setattr(member, key, value)
    return {}
""",
    """
from fastapi import FastAPI
from pydantic import BaseModel

app = FastAPI()

class Change(BaseModel):
    title: str

@app.patch("/tickets/{ticket_id}")
def change(ticket_id: int, body: Change):
    ticket = load(ticket_id)
    for key, value in body.model_dump(exclude_unset=True).items():
        setattr(ticket, key, value)
""",
)


def check(module: Module, project: Project) -> Iterator[Finding]:
    """Report the flows of the module into such places."""
    harm = "any attribute can be set; copy the allowed fields only"
    yield from flow_findings(module, RULE, "attribute", harm, project)
