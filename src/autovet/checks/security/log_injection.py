"""Request data is written to the log as it is.

Finds request data in messages for a log. A line break in it begins a line that looks like one of the
program's own: forged entries hide an attack or lay it on somebody else.

Log the ``repr`` of the value (``%r``, ``{value!r}``), remove line breaks, or log structured records.

Leave it where the log's format escapes line breaks (JSON lines).
"""

from collections.abc import Iterator

from autovet.checks.security.taint.reporting import flow_findings
from autovet.domain.category import Category
from autovet.domain.finding import Finding
from autovet.domain.rule import Rule
from autovet.domain.severity import Severity
from autovet.project.project import Project
from autovet.source.module import Module

RULE = Rule("log-injection", Category.SECURITY, severity=Severity.INFO, confidence=0.5, cwe=117)

BAD = (
    """
import logging
from flask import Flask, request

app = Flask(__name__)
log = logging.getLogger(__name__)

@app.post("/login")
def login():
    user = request.form["user"]
    log.info("login of " + user)  # <--
    log.warning("refused %s", user)  # <--
    return {}
""",
)

GOOD = (
    """
import logging
from flask import Flask, request

app = Flask(__name__)
log = logging.getLogger(__name__)

@app.post("/login")
def login():
    user = request.form["user"]
    log.info("login of %r", user)
    log.info(f"login of {user!r}")
    log.info("login of " + user.replace("\\n", " ").replace("\\r", " "))
    log.info("try %d", int(request.form["try"]))
    return {}
""",
)


def check(module: Module, project: Project) -> Iterator[Finding]:
    """Report the flows of the module into log messages."""
    harm = "a line break in it forges an entry; log its repr"
    yield from flow_findings(module, RULE, "log", harm, project)
