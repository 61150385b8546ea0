"""Untrusted text becomes part of an XPath expression.

Finds request data that is built into an XPath query. A quote in the text ends the literal, and the
rest of it selects nodes that were never meant to be found.

Use XPath variables (``root.xpath("//book[@id=$id]", id=value)``), or allow listed characters only.

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

RULE = Rule("xpath-injection", Category.SECURITY, severity=Severity.ERROR, confidence=0.9, cwe=643)

BAD = (
    """
from flask import Flask, request
from lxml import etree

app = Flask(__name__)

@app.get("/book")
def book():
    root = etree.parse("books.xml")
    return {"n": len(root.xpath("//book[@id='" + request.args["id"] + "']"))}  # <--
""",
    """
import elementpath
from fastapi import FastAPI

app = FastAPI()

@app.get("/book")
def book(title: str):
    return elementpath.select(tree, f"//book[title='{title}']")  # <--
""",
)

GOOD = (
    """
from flask import Flask, request
from lxml import etree

app = Flask(__name__)

@app.get("/book")
def book():
    root = etree.parse("books.xml")
    return {"n": len(root.xpath("//book[@id=$id]", id=request.args["id"]))}
""",
    """
import elementpath
from fastapi import FastAPI

app = FastAPI()

@app.get("/book")
def book(title: str):
    if not title.isalnum():
        return []
    return elementpath.select(tree, f"//book[title='{title}']")
""",
)


def check(module: Module, project: Project) -> Iterator[Finding]:
    """Report the flows of the module into such places."""
    harm = "it can change what is selected; use an XPath variable"
    yield from flow_findings(module, RULE, "xpath", harm, project)
