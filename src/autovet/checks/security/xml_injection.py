"""Untrusted text is put into an XML document as it is.

Finds request data in XML that is built as text and then parsed, written or sent. With ``<`` and ``>`` the
sender adds elements of his own: a second price, another recipient, a reference to a file of the server.

Build the document with ``ElementTree`` (``element.text = value``), or escape the value with
``xml.sax.saxutils.escape``.

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

RULE = Rule("xml-injection", Category.SECURITY, severity=Severity.WARNING, confidence=0.7, cwe=91)

BAD = (
    """
from flask import Flask, request

app = Flask(__name__)

@app.post("/transfer")
def transfer():
    text = "<transfer><to>" + request.form["to"] + "</to><amount>5</amount></transfer>"
    with open("/srv/queue/transfer.xml", "w", encoding="utf-8") as file:
        file.write(text)  # <--
    return {}
""",
    """
import xml.etree.ElementTree as tree
from fastapi import FastAPI

app = FastAPI()

@app.post("/entries")
def entry(title: str):
    return tree.fromstring(f"<entry><title>{title}</title></entry>").tag  # <--
""",
)

GOOD = (
    """
from xml.sax.saxutils import escape
from flask import Flask, request

app = Flask(__name__)

@app.post("/transfer")
def transfer():
    amount = int(request.form["amount"])
    text = f"<transfer><to>{escape(request.form['to'])}</to><amount>{amount}</amount></transfer>"
    with open("/srv/queue/transfer.xml", "w", encoding="utf-8") as file:
        file.write(text)
    return {}
""",
    """
import xml.etree.ElementTree as tree
from fastapi import FastAPI

app = FastAPI()

@app.post("/entries")
def entry(title: str):
    made = tree.Element("entry")
    tree.SubElement(made, "title").text = title
    return tree.tostring(made)

@app.post("/notes")
def note(text: str):
    with open("/srv/notes.txt", "a", encoding="utf-8") as file:
        file.write("a note: " + text)
    return {}
""",
)


def check(module: Module, project: Project) -> Iterator[Finding]:
    """Report the flows of the module into XML documents."""
    harm = "markup in it changes the document; escape it or build the tree"
    yield from flow_findings(module, RULE, "markup", harm, project)
