"""The server fetches an address that the sender of a request chose.

Finds request data that decides the host of an HTTP request made by the server. The sender can make it
talk to internal services, cloud metadata and hosts behind the firewall. An address whose host is fixed
before the untrusted part is fine.

Compare the parsed host with a list of allowed ones and refuse the rest; keep redirects off.

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

RULE = Rule(
    "server-side-request-forgery",
    Category.SECURITY,
    severity=Severity.ERROR,
    confidence=0.9,
    cwe=918,
)

BAD = (
    """
import requests
from flask import Flask, request

app = Flask(__name__)

@app.post("/preview")
def preview():
    return {"size": len(requests.get(request.json["link"], timeout=5).content)}  # <--
""",
    """
import httpx
from fastapi import FastAPI

app = FastAPI()

@app.get("/feed")
async def feed(host: str):
    async with httpx.AsyncClient() as client:
        answer = await client.get(f"https://{host}/rss.xml")  # <--
    return answer.status_code
""",
)

GOOD = (
    """
import requests
from urllib.parse import urlsplit
from flask import Flask, abort, request

app = Flask(__name__)
HOSTS = {"img.example.org"}

@app.post("/preview")
def preview():
    link = request.json["link"]
    if urlsplit(link).hostname not in HOSTS:
        abort(400)
    return {"size": len(requests.get(link, timeout=5).content)}
""",
    """
import httpx
from fastapi import FastAPI

app = FastAPI()
BASE = "https://api.example.org"

@app.get("/feed")
async def feed(name: str):
    async with httpx.AsyncClient() as client:
        answer = await client.get(f"{BASE}/feeds/{name}")
        other = await client.get("https://api.example.org/names", params={"q": name})
    return answer.status_code + other.status_code
""",
)


def check(module: Module, project: Project) -> Iterator[Finding]:
    """Report the flows of the module into such places."""
    harm = "the server can be sent to internal addresses; allow listed hosts only"
    yield from flow_findings(module, RULE, "url", harm, project)
