"""A number that can be predicted is what recognises a visitor.

Finds results of ``random`` that end up in a session, in a cookie, or under a key named as a token,
whatever the variables in between are called. The generator's state can be worked out from some of its
outputs; then the values of other visitors are known, and so are their sessions.

Use ``secrets``: ``token_urlsafe``, ``token_hex``, ``randbelow``.

Leave it where the value recognises nobody: a colour, an experiment's group.
"""

from collections.abc import Iterator

from autovet.checks.security.taint.reporting import flow_findings
from autovet.domain.category import Category
from autovet.domain.finding import Finding
from autovet.domain.rule import Rule
from autovet.project.project import Project
from autovet.source.module import Module

RULE = Rule("predictable-token-stored", Category.SECURITY, confidence=0.7, cwe=330)

BAD = (
    """
import random
from flask import Flask, make_response

app = Flask(__name__)

@app.get("/start")
def start():
    mark = str(random.getrandbits(64))
    response = make_response("hello")
    response.set_cookie("visitor", mark, secure=True, httponly=True, samesite="Lax")  # <--
    return response
""",
    """
import random

sessions = {}

def number():
    return random.randint(0, 10**9)

def begin(user):
    value = f"{number():x}"
    sessions[user] = value  # <--
    return value
""",
)

GOOD = (
    """
import random
import secrets

sessions = {}
colours = {}

def begin(user):
    sessions[user] = secrets.token_hex(16)
    colours[user] = random.choice(["red", "blue"])
    return sessions[user]

def begin_again(user):
    sessions[user] = random.SystemRandom().getrandbits(128)
""",
)


def check(module: Module, project: Project) -> Iterator[Finding]:
    """Report predictable numbers that reach such places."""
    harm = "whoever works out the generator knows the others' values; use the secrets module"
    yield from flow_findings(module, RULE, "token", harm, project)
