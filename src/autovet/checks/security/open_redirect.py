"""A request decides where the browser is sent next.

Finds request data as the target of a redirect. A link to the trusted site then leads to any other
site, which is what phishing mails and token thieves need.

Redirect to named routes, or follow the target only when it has neither scheme nor host
(``url_has_allowed_host_and_scheme`` in Django).

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

RULE = Rule("open-redirect", Category.SECURITY, severity=Severity.ERROR, confidence=0.9, cwe=601)

BAD = (
    """
from flask import Flask, redirect, request

app = Flask(__name__)

@app.get("/out")
def out():
    return redirect(request.args["to"])  # <--
""",
    """
from django.http import HttpResponseRedirect

def leave(request):
    target = request.GET.get("next", "/")
    return HttpResponseRedirect(target)  # <--
""",
)

# where the request itself was sent to: the visitor is there already
_OWN_SITE = frozenset(
    {"path", "full_path", "get_full_path", "get_host", "host", "host_url", "url", "base_url"}
    | {"build_absolute_uri", "url_root", "META"}
)

GOOD = (
    """
from django.http import HttpResponseRedirect

def saved(request):
    return HttpResponseRedirect(request.get_full_path())
""",
    """
from urllib.parse import urlparse
from flask import Flask, redirect, request, url_for

app = Flask(__name__)

@app.get("/out")
def out():
    to = request.args.get("to", "")
    if urlparse(to).netloc:
        to = url_for("home")
    return redirect(to)

@app.get("/user")
def user():
    return redirect("/users?name=" + request.args["name"])
""",
    """
from django.http import HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme

def leave(request):
    target = request.GET.get("next", "/")
    if not url_has_allowed_host_and_scheme(target, allowed_hosts=None):
        target = "/"
    return HttpResponseRedirect(target)
""",
)


def check(module: Module, project: Project) -> Iterator[Finding]:
    """Report the flows of the module into such places."""
    harm = "a link to this site can lead anywhere; follow local paths only"
    for finding in flow_findings(module, RULE, "redirect", harm, project):
        source = finding.evidence.get("source", {})
        if str(source.get("what", "")).rpartition(".")[2] not in _OWN_SITE:
            yield finding
