"""Request data becomes a header of the answer.

Finds request data in ``send_header`` and in the ``headers`` of a response. A line break in it ends the
header, and what follows becomes a header or a page of the sender's making. Newer frameworks refuse line
breaks, with an error; ``http.server`` and older ones send them.

Remove carriage returns and line feeds, quote the value (``urllib.parse.quote``), or send a value from a
fixed set.

Leave it where the server in use is known to refuse line breaks and an error is the right answer.
"""

from collections.abc import Iterator

from autovet.checks.security.taint.reporting import flow_findings
from autovet.domain.category import Category
from autovet.domain.finding import Finding
from autovet.domain.rule import Rule
from autovet.project.project import Project
from autovet.source.module import Module

RULE = Rule("header-injection", Category.SECURITY, confidence=0.6, cwe=113)

BAD = (
    """
from flask import Flask, make_response, request

app = Flask(__name__)

@app.get("/file")
def file():
    response = make_response("content")
    response.headers["X-Name"] = request.args["name"]  # <--
    return response
""",
)

GOOD = (
    """
from urllib.parse import quote
from flask import Flask, make_response, request

app = Flask(__name__)

@app.get("/file")
def file():
    response = make_response("content")
    response.headers["X-Name"] = quote(request.args["name"])
    response.headers["X-Page"] = str(int(request.args["page"]))
    response.headers["X-Plain"] = request.args["plain"].replace("\\r", "").replace("\\n", "")
    return response
""",
)


def check(module: Module, project: Project) -> Iterator[Finding]:
    """Report the flows of the module into headers."""
    harm = "a line break in it begins another header; remove line breaks or quote it"
    yield from flow_findings(module, RULE, "header", harm, project)
