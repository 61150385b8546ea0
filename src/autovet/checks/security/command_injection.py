"""Untrusted text is run by a shell or chooses the program that is run.

Finds request data in the command line of ``os.system``, ``subprocess`` with ``shell=True`` and the
like, and as the program of an argument list. A parameter that is built into a shell command is a
warning. A semicolon in the text is enough to run anything with the rights of the process.

Pass a list of arguments without a shell, with a fixed program first; where a shell is needed quote
each value with ``shlex.quote``.

Leave it when something outside the module has already restricted the value to harmless ones, and
say so in a suppression with the reason.
"""

from collections.abc import Iterator
from dataclasses import replace

from autovet.checks.security.remedies.argument_list import argument_list
from autovet.checks.security.taint.reporting import flow_findings
from autovet.domain.category import Category
from autovet.domain.finding import Finding
from autovet.domain.rule import Rule
from autovet.domain.severity import Severity
from autovet.project.project import Project
from autovet.source.module import Module

RULE = Rule("command-injection", Category.SECURITY, severity=Severity.ERROR, confidence=0.9, cwe=78)

BAD = (
    """
import subprocess
from flask import Flask, request

app = Flask(__name__)

@app.post("/convert")
def convert():
    size = request.form["size"]
    subprocess.run("convert in.png -resize " + size + " out.png", shell=True, check=True)  # <--
    return "done"
""",
    """
import os

def archive(folder):
    os.system(f"tar czf backup.tgz {folder}")  # <--
""",
)

GOOD = (
    """
import shlex
import subprocess
from flask import Flask, request

app = Flask(__name__)

@app.post("/convert")
def convert():
    size = request.form["size"]
    subprocess.run(["convert", "in.png", "-resize", size, "out.png"], check=True)
    subprocess.run("echo " + shlex.quote(size), shell=True, check=True)
    return "done"
""",
    """
import os

SCRIPT = "/opt/jobs/nightly.sh"

def nightly(level: int):
    os.system(f"{SCRIPT} --level {level}")
""",
)


def check(module: Module, project: Project) -> Iterator[Finding]:
    """Report the flows of the module into such places."""
    harm = "it can run any command; pass a list of arguments without a shell"
    for finding in flow_findings(module, RULE, "shell", harm, project):
        yield replace(finding, fix=argument_list(finding.span, module))
