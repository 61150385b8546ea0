"""Untrusted text is compiled as a template.

Finds request data in the source of a template (``render_template_string``, ``jinja2.Template``). The
template language reaches Python objects, so its author can run code on the server.

Keep the template constant and pass the value to it as a variable.

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

RULE = Rule(
    "template-injection", Category.SECURITY, severity=Severity.ERROR, confidence=0.9, cwe=94
)

BAD = (
    """
from flask import Flask, render_template_string, request

app = Flask(__name__)

@app.get("/card")
def card():
    return render_template_string("<p>Dear " + request.args["to"] + "</p>")  # <--
""",
    """
import jinja2
from fastapi import FastAPI

app = FastAPI()

@app.post("/mail")
def mail(layout: str, name: str):
    return jinja2.Template(layout).render(name=name)  # <--
""",
)

GOOD = (
    """
from flask import Flask, render_template_string, request

app = Flask(__name__)

@app.get("/card")
def card():
    return render_template_string("<p>Dear {{ to }}</p>", to=request.args["to"])
""",
    """
import jinja2
from fastapi import FastAPI

app = FastAPI()
LAYOUTS = {"short": "Hi {{ name }}", "long": "Good morning, {{ name }}"}

@app.post("/mail")
def mail(layout: str, name: str):
    return jinja2.Template(LAYOUTS[layout]).render(name=name)
""",
)


def check(module: Module, project: Project) -> Iterator[Finding]:
    """Report the flows of the module into such places."""
    harm = "template syntax in it runs on the server; pass it as a variable"
    yield from flow_findings(module, RULE, "template", harm, project)
