"""Untrusted text is sent to the browser as HTML without escaping.

Finds request data in text that a handler returns as HTML, or that is marked as safe markup. A script
in it runs in the visitor's browser with the rights of this site.

Render a template with automatic escaping, escape the value with ``markupsafe.escape`` or
``html.escape``, or answer with JSON.

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
    "cross-site-scripting", Category.SECURITY, severity=Severity.ERROR, confidence=0.9, cwe=79
)

BAD = (
    """
from flask import Flask, request

app = Flask(__name__)

@app.get("/hello")
def hello():
    name = request.args.get("name", "you")
    return f"<h1>Hello {name}</h1>"  # <--
""",
    """
from django.utils.safestring import mark_safe

def badge(request):
    return mark_safe("<b>" + request.GET["label"] + "</b>")  # <--
""",
)

GOOD = (
    """
from flask import Flask, jsonify, render_template, request
from markupsafe import escape

app = Flask(__name__)

@app.get("/hello")
def hello():
    name = request.args.get("name", "you")
    return f"<h1>Hello {escape(name)}</h1>"

@app.get("/both")
def both():
    name = request.args.get("name", "you")
    return jsonify(name=name) if name == "json" else render_template("hello.html", name=name)

@app.get("/raw")
def raw():
    return {"name": request.args["name"]}
""",
    """
from fastapi import FastAPI

app = FastAPI()

@app.get("/hello")
def hello(name: str):
    return f"Hello {name}"
""",
)


def check(module: Module, project: Project) -> Iterator[Finding]:
    """Report the flows of the module into such places."""
    harm = "a script in it runs in the visitor's browser; escape it or use a template"
    yield from flow_findings(module, RULE, "html", harm, project)
