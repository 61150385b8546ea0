"""Untrusted text decides which file is opened.

Finds request data in the path of a file that is read, written, sent or removed. With ``../`` or an
absolute path the sender leaves the intended folder and reaches any file of the process.

Resolve the joined path and test ``is_relative_to(base)``, take only the last component
(``secure_filename``, ``os.path.basename``), or look the name up in a fixed table.

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

RULE = Rule("path-traversal", Category.SECURITY, severity=Severity.ERROR, confidence=0.9, cwe=22)

BAD = (
    """
from pathlib import Path
from flask import Flask, request

app = Flask(__name__)
REPORTS = Path("/srv/reports")

@app.get("/report")
def report():
    chosen = REPORTS / request.args["name"]  # <--
    return {"text": chosen.read_text()}
""",
    """
import os
from fastapi import FastAPI
from fastapi.responses import FileResponse

app = FastAPI()

@app.get("/song/{title}")
def song(title: str):
    return FileResponse(os.path.join("songs", title))  # <--
""",
)

GOOD = (
    """
from pathlib import Path
from flask import Flask, abort, request
from werkzeug.utils import secure_filename

app = Flask(__name__)
REPORTS = Path("/srv/reports").resolve()

@app.get("/report")
def report():
    chosen = (REPORTS / request.args["name"]).resolve()
    if not chosen.is_relative_to(REPORTS):
        abort(404)
    return {"text": chosen.read_text()}

@app.post("/report")
def upload():
    given = request.files["report"]
    open("/srv/reports/" + secure_filename(given.filename), "wb").write(given.read())
    return {}
""",
    """
import os
from fastapi import FastAPI, HTTPException

app = FastAPI()
SONGS = {"anthem": "anthem.ogg", "march": "march.ogg"}

@app.get("/song/{title}")
def song(title: str, track: int):
    if title not in SONGS:
        raise HTTPException(404)
    with open(os.path.join("songs", title, f"{track}.ogg"), "rb") as file:
        return len(file.read())
""",
)


def check(module: Module, project: Project) -> Iterator[Finding]:
    """Report the flows of the module into such places."""
    harm = "it can leave the intended folder; resolve it and test is_relative_to the base"
    yield from flow_findings(module, RULE, "path", harm, project)
