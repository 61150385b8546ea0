"""Request data becomes part of the session, which later code trusts.

Finds request data, also escaped data, that is stored in the session, or that names the entry that is
stored. What is read from the session is taken for something that the program put there itself: a user
name that was checked, a role that was looked up. Whoever chooses the entry can become somebody else.

Store what the server worked out (the record's own identifier), or a value from a fixed set; keep drafts
and preferences under names that no decision depends on, after validating them.

Leave it where the stored value decides nothing, such as a language or the last search.
"""

from collections.abc import Iterator

from autovet.checks.security.taint.reporting import flow_findings
from autovet.domain.category import Category
from autovet.domain.finding import Finding
from autovet.domain.rule import Rule
from autovet.project.project import Project
from autovet.source.module import Module

RULE = Rule("trust-boundary-violation", Category.SECURITY, confidence=0.6, cwe=501)

BAD = (
    """
from flask import Flask, request, session

app = Flask(__name__)

@app.post("/login")
def login():
    session["user"] = request.form["user"]  # <--
    return {}
""",
    """
from flask import Flask, request, session

app = Flask(__name__)

@app.post("/set")
def choose():
    session[request.form["field"]] = "yes"  # <--
    return {}
""",
)

GOOD = (
    """
from flask import Flask, abort, request, session

app = Flask(__name__)
THEMES = ("dark", "light")

@app.post("/theme")
def theme():
    wanted = request.form["theme"]
    if wanted not in THEMES:
        abort(400)
    session["theme"] = wanted
    session["visits"] = int(request.form.get("visits", 0)) + 1
    return {}
""",
)


def check(module: Module, project: Project) -> Iterator[Finding]:
    """Report the flows of the module into the session."""
    harm = "later code takes it for its own; store what the server has checked or looked up"
    yield from flow_findings(module, RULE, "trust", harm, project)
