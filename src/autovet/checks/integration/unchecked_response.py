"""The body of an answer is used without a look at its status.

Finds ``response.json()`` and the like right after a request whose status nothing checks: no
``raise_for_status()``, no ``status_code``, ``ok`` or ``is_success``. An error page is then taken for
data: it fails later, with a message about a missing key, or is stored as if it were an answer.

Call ``response.raise_for_status()`` first, or decide by ``response.status_code``.

Leave it when the client raises by itself, through an event hook for instance.
"""

import ast
from collections.abc import Iterator

from autovet.checks.vocabulary.http_calls import http_call
from autovet.domain.category import Category
from autovet.domain.finding import Finding
from autovet.domain.rule import Rule
from autovet.source.module import Module

RULE = Rule("unchecked-response", Category.INTEGRATION, confidence=0.75)

BAD = (
    """
import json
import requests
import urllib3

def page(url):
    answer = requests.get(url, timeout=5)
    return answer.text.upper()  # <--

def rows(url):
    pool = urllib3.PoolManager()
    reply = pool.request("GET", url, timeout=5)
    return json.loads(reply.data)  # <--

def announce(url, text):
    try:
        requests.post(url, json={"text": text}, timeout=5)  # <--
    except requests.ConnectionError:
        return False
    else:
        return True

def tell(url, text):
    try:
        requests.post(url, json={"text": text}, timeout=5)  # <--
        return True
    except requests.ConnectionError:
        return False
""",
    """
import requests

def announce(url, text):
    requests.post(url, json={"text": text}, timeout=5)  # <--
    return True
""",
    """
import requests

def rate(currency):
    return requests.get(f"https://rates.example/{currency}", timeout=5).json()["rate"]  # <--
""",
    """
import httpx

def names(client: httpx.Client):
    answer = client.get("/names")
    return [entry["name"] for entry in answer.json()]  # <--
""",
)

GOOD = (
    """
import requests

def page(url):
    answer = requests.get(url, timeout=5)
    if answer.status_code == 200:
        return answer.text
    return ""

def ping(url):
    try:
        requests.post(url, timeout=5)
    except requests.ConnectionError:
        print("away")
""",
    """
import requests

def rate(currency):
    answer = requests.get(f"https://rates.example/{currency}", timeout=5)
    answer.raise_for_status()
    return answer.json()["rate"]
""",
    """
import httpx

def names(client: httpx.Client):
    answer = client.get("/names")
    if answer.status_code == 404:
        return []
    return answer.json()

def checked(answer):
    return answer.json()

def others(client: httpx.Client):
    answer = client.get("/names")
    verify(answer)
    return answer.json()
""",
    """
import httpx

def client():
    return httpx.Client(event_hooks={"response": [fail_on_error]})

def names():
    return client().get("/names").json()
""",
)

_BODY = frozenset({"json"})
_RAW = {"text": ("requests", "httpx"), "content": ("requests", "httpx"), "data": ("urllib3",)}
_CHANGING = frozenset({"post", "put", "patch", "delete"})
_CHECKS = frozenset({"raise_for_status", "status_code", "ok", "is_success", "is_error", "status", "error_for_status", "reason"})  # fmt: skip


def check(call: ast.Call | ast.Attribute, module: Module) -> Iterator[Finding]:
    """Report bodies that are read from answers of unknown status."""
    if isinstance(call, ast.Attribute):
        yield from _read_raw(call, module)
        return
    func = call.func
    if not isinstance(func, ast.Attribute) or module.is_test:
        return
    if func.attr in _CHANGING:
        yield from _dropped(call, module)
        return
    if func.attr not in _BODY:
        return
    request = func.value.value if isinstance(func.value, ast.Await) else func.value
    if isinstance(request, ast.Name):
        value = module.assigned(request)
        if isinstance(value, ast.Await):
            value = value.value
        if not isinstance(value, ast.Call) or _looked_at(request, func, module):
            return
        request = value
    if not isinstance(request, ast.Call):
        return
    sent = http_call(request, module)
    if sent is None or not sent.library or _raises_by_itself(module):
        return
    yield module.finding(
        RULE,
        call,
        "the body is used whatever the status of the answer is; call raise_for_status() first",
        evidence={"request": ast.unparse(request.func)},
    )


def _dropped(call: ast.Call, module: Module) -> Iterator[Finding]:
    """A request that changes something, whose answer nobody looks at."""
    statement = module.parent(call)
    if isinstance(statement, ast.Await):
        statement = module.parent(statement)
    sent = http_call(call, module) if isinstance(statement, ast.Expr) else None
    if sent is None or not sent.library or sent.library == "aiohttp" or _raises_by_itself(module):
        return
    attempt = next(
        (a for a in module.ancestors(call) if isinstance(a, (ast.Try, ast.TryStar))), None
    )
    if attempt is not None and not _claims_success(attempt, module.statement_of(call)):
        return
    yield module.finding(
        RULE,
        call,
        "nobody looks at the answer, so a refusal goes unnoticed; call raise_for_status() on it",
        evidence={"request": ast.unparse(call.func)},
    )


def _claims_success(attempt: ast.Try | ast.TryStar, sent: ast.stmt) -> bool:
    """Whether what follows a request takes for granted that it was accepted."""
    block = attempt.body
    after = [*block[block.index(sent) + 1 :], *attempt.orelse] if sent in block else []
    return any(
        isinstance(s, ast.Return) and isinstance(s.value, ast.Constant) and s.value.value is True
        for s in after
    )


def _read_raw(attribute: ast.Attribute, module: Module) -> Iterator[Finding]:
    """The text or bytes of an answer, read by its attributes."""
    if attribute.attr not in _RAW or not isinstance(attribute.value, ast.Name) or module.is_test:
        return
    value = module.assigned(attribute.value)
    request = value.value if isinstance(value, ast.Await) else value
    if not isinstance(request, ast.Call):
        return
    sent = http_call(request, module)
    if sent is None or sent.library not in _RAW[attribute.attr] or _raises_by_itself(module):
        return
    if _looked_at(attribute.value, attribute, module) or not _is_first(attribute, module):
        return
    yield module.finding(
        RULE,
        attribute,
        "the body is used whatever the status of the answer is; look at the status first",
        evidence={"request": ast.unparse(request.func)},
    )


def _is_first(attribute: ast.Attribute, module: Module) -> bool:
    """Whether it is the first of several readings, so that one finding stands for all."""
    function = module.function_of(attribute)
    readings = (
        n
        for n in module.nodes(ast.Attribute)
        if n.attr in _RAW
        and ast.unparse(n) == ast.unparse(attribute)
        and module.function_of(n) is function
    )
    return next(readings) is attribute


def _looked_at(response: ast.Name, body: ast.Attribute, module: Module) -> bool:
    """Whether the status is read, or the response handed to something else."""
    scope = module.scopes.of(response).lookup(response.id)
    for node in ast.walk(scope.node if scope else module.tree):
        if not isinstance(node, ast.Name) or node.id != response.id or node is body.value:
            continue
        parent = module.parent(node)
        if isinstance(parent, ast.Attribute):
            if parent.attr in _CHECKS or (body.attr in _RAW and parent.attr == "json"):
                return True
        elif isinstance(node.ctx, ast.Load):
            return True
    return False


def _raises_by_itself(module: Module) -> bool:
    return any(
        k.arg in {"event_hooks", "raise_for_status"} or k.arg == "hooks"
        for k in module.nodes(ast.keyword)
    )
