"""A request decides what a query of a document database asks.

Finds members of a JSON document from a request that stand in a filter as they came, and text from a
request in a ``$where`` condition. Where a plain value is expected the sender puts an object: ``{"$ne":
null}`` instead of a password matches every account.

Make a text or number of every value (``str``, ``int``), or validate the document with a typed model
before it is used.

Leave it when something outside the module has already restricted the values to plain ones.
"""

from collections.abc import Iterator

from autovet.checks.security.taint.reporting import flow_findings
from autovet.domain.category import Category
from autovet.domain.finding import Finding
from autovet.domain.rule import Rule
from autovet.domain.severity import Severity
from autovet.project.project import Project
from autovet.source.module import Module

RULE = Rule("nosql-injection", Category.SECURITY, severity=Severity.ERROR, confidence=0.8, cwe=943)

BAD = (
    """
from flask import Flask, request
from pymongo import MongoClient

app = Flask(__name__)
accounts = MongoClient().shop.accounts

@app.post("/login")
def login():
    given = request.get_json()
    found = accounts.find_one({"name": given["name"], "key": given["key"]})  # <--
    return {"known": found is not None}
""",
    """
from flask import Flask, request
from pymongo import MongoClient

app = Flask(__name__)
accounts = MongoClient().shop.accounts

@app.get("/count")
def count():
    return {"n": accounts.count_documents({"$where": "this.age > " + request.args["age"]})}  # <--
""",
)

GOOD = (
    """
from flask import Flask, request
from pymongo import MongoClient

app = Flask(__name__)
accounts = MongoClient().shop.accounts

@app.post("/login")
def login():
    given = request.get_json()
    found = accounts.find_one({"name": str(given["name"]), "age": int(given["age"])})
    return {"known": found is not None, "again": accounts.count_documents({"name": request.form["name"]})}
""",
)


def check(module: Module, project: Project) -> Iterator[Finding]:
    """Report the flows of the module into such queries."""
    harm = "an object in its place changes what is asked; make a text or number of it"
    yield from flow_findings(module, RULE, "nosql", harm, project)
