"""Untrusted text becomes part of an SQL statement.

Finds request data that is formatted, concatenated or joined into a statement before it is executed,
also through helper functions of the module. A parameter of a function that is built into a statement
where a value belongs is reported as a warning: its callers decide who controls it. Whoever controls
the text can read and change everything that the database account can.

Keep the statement constant and hand the value over as a bound parameter (``?``, ``%s``, ``:name``);
choose table and column names from a fixed set.

Leave it when something outside the module has already restricted the value to harmless ones, and
say so in a suppression with the reason.
"""

from collections.abc import Iterator
from dataclasses import replace

from autovet.checks.security.remedies.bound_parameters import bound_parameters
from autovet.checks.security.taint.reporting import flow_findings
from autovet.domain.category import Category
from autovet.domain.finding import Finding
from autovet.domain.rule import Rule
from autovet.domain.severity import Severity
from autovet.project.project import Project
from autovet.source.module import Module

RULE = Rule("sql-injection", Category.SECURITY, severity=Severity.ERROR, confidence=0.9, cwe=89)

BAD = (
    """
import sqlite3
from flask import Flask, request

app = Flask(__name__)

@app.get("/plants")
def plants():
    db = sqlite3.connect("plants.db")
    family = request.args.get("family", "")
    return db.execute(f"SELECT name FROM plants WHERE family = '{family}'").fetchall()  # <--
""",
    """
def rename(cursor, plant_id: int, name: str):
    cursor.execute("UPDATE plants SET name = '%s' WHERE id = %d" % (name, plant_id))  # <--
""",
    """
from fastapi import FastAPI
from sqlalchemy import text

app = FastAPI()

def matching(term):
    return "SELECT id FROM beds WHERE label LIKE '%" + term + "%'"

@app.get("/beds")
def beds(label: str):
    return engine.execute(text(matching(label)))  # <--
""",
)

GOOD = (
    """
import sqlite3
from flask import Flask, request

app = Flask(__name__)
COLUMNS = "name, family"
SORTABLE = {"name", "height"}

@app.get("/plants")
def plants():
    db = sqlite3.connect("plants.db")
    order = request.args.get("order", "name")
    if order not in SORTABLE:
        order = "name"
    limit = int(request.args.get("limit", 10))
    family = request.args["family"]
    query = f"SELECT {COLUMNS} FROM plants WHERE family = ? ORDER BY {order} LIMIT {limit}"
    return db.execute(query, (family,)).fetchall()
""",
    """
def rename(cursor, plant_id: int, name: str):
    cursor.execute("UPDATE plants SET name = ? WHERE id = ?", (name, plant_id))

def by_ids(cursor, ids):
    marks = ", ".join("?" for _ in ids)
    return cursor.execute(f"SELECT * FROM plants WHERE id IN ({marks})", ids)
""",
)


def check(module: Module, project: Project) -> Iterator[Finding]:
    """Report the flows of the module into such places."""
    harm = "it can change the statement; bind it as a parameter"
    for finding in flow_findings(module, RULE, "sql", harm, project):
        yield replace(finding, fix=bound_parameters(finding.span, module))
