"""Untrusted text becomes part of an LDAP filter.

Finds request data that is built into the filter of a directory search. Parentheses and stars in it
change the filter, so that other entries match.

Escape the value with ``escape_filter_chars`` of the LDAP library.

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

RULE = Rule("ldap-injection", Category.SECURITY, severity=Severity.ERROR, confidence=0.9, cwe=90)

BAD = (
    """
from flask import Flask, request

app = Flask(__name__)

@app.get("/person")
def person():
    name = request.args["name"]
    return directory.search_s("dc=example", 2, f"(uid={name})")  # <--
""",
    """
from fastapi import FastAPI

app = FastAPI()

@app.get("/person")
def person(name: str):
    connection.search("dc=example", "(uid=" + name + ")")  # <--
""",
)

GOOD = (
    """
from flask import Flask, request
from ldap3.utils.conv import escape_filter_chars

app = Flask(__name__)

@app.get("/person")
def person():
    name = escape_filter_chars(request.args["name"])
    return directory.search_s("dc=example", 2, f"(uid={name})")
""",
    """
from fastapi import FastAPI

app = FastAPI()

@app.get("/person")
def person(name: str):
    return index.search(name, limit=5)
""",
)


def check(module: Module, project: Project) -> Iterator[Finding]:
    """Report the flows of the module into such places."""
    harm = "it can change which entries match; escape it with escape_filter_chars"
    yield from flow_findings(module, RULE, "ldap", harm, project)
