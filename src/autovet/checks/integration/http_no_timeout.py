"""An HTTP request without a timeout waits for ever when the other side hangs.

Finds calls of ``requests`` (functions and sessions) and ``urllib.request.urlopen`` that set no
timeout, and calls of any client that switch it off with ``timeout=None``. Neither library has a
default: one server that accepts the connection and stays silent takes a worker away for good.

Pass ``timeout=`` in seconds, for ``requests`` best as a pair (connect, read).

Leave it when a transport adapter of the project's own sets a timeout for the whole session.
"""

import ast
from collections.abc import Iterator

from autovet.checks.vocabulary.http_calls import HttpCall, http_call, keyword
from autovet.domain.category import Category
from autovet.domain.finding import Finding
from autovet.domain.fix import Edit, Fix
from autovet.domain.rule import Rule
from autovet.domain.span import Span
from autovet.source.module import Module

RULE = Rule("http-no-timeout", Category.INTEGRATION, confidence=0.95, cwe=400)

BAD = (
    """
import requests

def user(name):
    return requests.get(f"https://people.example/{name}").json()  # <--
""",
    """
import requests

class People:
    def __init__(self):
        self.session = requests.Session()

    def create(self, name):
        self.session.post(  # <--
            "https://people.example/",
            json={"name": name},
        ).raise_for_status()
""",
    """
from urllib.request import urlopen

def page(url):
    with urlopen(url) as answer:  # <--
        return answer.read()
""",
    """
import httpx

def page(url):
    return httpx.get(url, timeout=None)  # <--
""",
)

GOOD = (
    """
import requests
import httpx
from urllib.request import urlopen

def user(name, **options):
    requests.get("https://people.example/", timeout=(3, 10))
    requests.get("https://people.example/", **options)
    httpx.get("https://people.example/")
    return urlopen("https://people.example/", None, 10)
""",
    """
import requests
from requests.adapters import HTTPAdapter

class Patient(HTTPAdapter):
    def send(self, request, **options):
        options["timeout"] = options.get("timeout") or 10
        return super().send(request, **options)

def open_session():
    session = requests.Session()
    session.mount("https://", Patient())
    return session.get("https://people.example/")
""",
    """
def cached(requests, url):
    return requests.get(url)
""",
)

_SUGGESTED = 10


def check(call: ast.Call, module: Module) -> Iterator[Finding]:
    """Report requests that may wait for ever."""
    request = http_call(call, module)
    if request is None or not request.library or module.is_test:
        return
    given = keyword(call, "timeout")
    if isinstance(given, ast.Constant) and given.value is None:
        edit: Edit | None = module.replace(given, str(_SUGGESTED))
    elif given is None and request.library in {"requests", "urllib"}:
        if _passed_otherwise(call, request) or _set_for_all(module):
            return
        edit = _added(call, module)
    else:
        return
    name = ast.unparse(call.func)
    yield module.finding(
        RULE,
        call,
        f"{name}() has no timeout, so it waits for ever when the server hangs; pass timeout=",
        evidence={"call": name, "library": request.library, "method": request.method},
        fix=Fix((edit,), f"wait {_SUGGESTED} s at most") if edit else None,
    )


def _passed_otherwise(call: ast.Call, request: HttpCall) -> bool:
    if any(k.arg is None for k in call.keywords):
        return True
    if any(isinstance(a, ast.Starred) for a in call.args):
        return True
    return request.library == "urllib" and len(call.args) > 2


def _set_for_all(module: Module) -> bool:
    """Whether the module has a transport of its own, or a default for all sockets."""
    if "timeout_for_all" not in module.memo:
        module.memo["timeout_for_all"] = _finds_default(module)
    return bool(module.memo["timeout_for_all"])


def _finds_default(module: Module) -> bool:
    for call in module.nodes(ast.Call):
        name = module.qualified(call.func) or ""
        if name in {"socket.setdefaulttimeout", "functools.partial"}:
            return True
    for owner in module.nodes(ast.ClassDef):
        bases = {module.qualified(b) or "" for b in owner.bases}
        if any(b.endswith("Adapter") for b in bases):
            return True
    return False


def _added(call: ast.Call, module: Module) -> Edit | None:
    arguments = [*call.args, *(k.value for k in call.keywords)]
    if not arguments or isinstance(arguments[0], ast.GeneratorExp):
        return None
    end = max((module.span(a) for a in arguments), key=lambda s: s.end)
    place = Span(end.end_line, end.end_column, end.end_line, end.end_column)
    return Edit(place, f", timeout={_SUGGESTED}")
