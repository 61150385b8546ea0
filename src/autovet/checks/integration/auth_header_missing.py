"""A request without the credentials that its siblings send, or with credentials written in the code.

Finds requests of a class or module that leave out the ``headers`` or ``auth`` that all others to the
same service pass, and Authorization headers whose value is a literal.

The one call answers 401 in production while the tests, against a mock, pass. A literal credential is
in the history for ever and the same in every environment.

Pass what the others pass, or set it once on the session. Read secrets from the environment.
"""

import ast
from collections import defaultdict
from collections.abc import Iterator

from autovet.checks.vocabulary.http_calls import http_call, keyword
from autovet.domain.category import Category
from autovet.domain.finding import Finding
from autovet.domain.rule import Rule
from autovet.source.module import Module

RULE = Rule("auth-header-missing", Category.INTEGRATION, confidence=0.85)

_OTHERS = 2
_OPEN = (
    "health",
    "login",
    "token",
    "auth",
    "public",
    "ping",
    "status",
    "version",
    "oauth",
    "register",
    "signup",
)
_SECRET_HEADERS = frozenset(
    {"authorization", "x-api-key", "api-key", "x-auth-token", "private-token", "x-access-token"}
)
_EXAMPLES = ("xxx", "your", "<", "example", "test", "dummy", "changeme", "...", "{", "fake")
_SHORTEST = 12

BAD = (
    """
import httpx

class Zoo:
    def animals(self):
        return httpx.get(f"{self.base}/animals", headers=self.login(), timeout=5)

    def keepers(self):
        url = f"{self.base}/keepers"
        return httpx.get(url, headers=self.login(), timeout=5)

    def feed(self, name):
        return httpx.post(f"{self.base}/meals", json={"name": name}, timeout=5)  # <--
""",
    """
import requests

class Parcels:
    def __init__(self, base, login):
        self.base, self.login = base, login

    def all(self):
        return requests.get(f"{self.base}/parcels", headers=self.login, timeout=5)

    def one(self, number):
        return requests.get(f"{self.base}/parcels/{number}", headers=self.login, timeout=5)

    def weights(self):
        return requests.get(f"{self.base}/weights", timeout=5)  # <--
""",
    """
import httpx

def parcels(base):
    return httpx.get(base, headers={"Authorization": "Bearer 93kfUsq81ma0zPq2"}, timeout=5)  # <--
""",
)

GOOD = (
    """
import requests

class Parcels:
    def __init__(self, base, login):
        self.base, self.login = base, login

    def all(self):
        return requests.get(f"{self.base}/parcels", headers=self.login, timeout=5)

    def one(self, number):
        return requests.get(f"{self.base}/parcels/{number}", headers=self.login, timeout=5)

    def alive(self):
        return requests.get(f"{self.base}/health", timeout=5)

    def other(self):
        return requests.get("https://elsewhere.example/list", timeout=5)
""",
    """
import os

import httpx

def parcels(base):
    key = os.environ["KEY"]
    httpx.get(base, headers={"Authorization": "Bearer " + key}, timeout=5)
    return httpx.get(base, headers={"Authorization": "Bearer <your token>"}, timeout=5)
""",
)


def check(module: Module) -> Iterator[Finding]:
    """Report requests that lack what the others send, and headers with literals."""
    if module.is_test or ("http" not in module.text and "requests" not in module.text):
        return
    yield from _literal(module)
    groups: dict[object, list[tuple[ast.Call, ast.expr | None, str]]] = defaultdict(list)
    for call in module.nodes(ast.Call):
        request = http_call(call, module)
        if request is None or not request.library or request.url is None:
            continue
        given = keyword(call, "headers") or keyword(call, "auth")
        if given is None and any(k.arg is None for k in call.keywords):
            continue
        address = module.assigned(request.url) or request.url
        service = _service(address)
        if service:
            groups[(module.class_of(call), service)].append((call, given, ast.unparse(address)))
    for members in groups.values():
        without = [(c, url) for c, given, url in members if given is None]
        credentials = [ast.unparse(given) for _, given, _ in members if given is not None]
        if len(without) != 1 or len(credentials) < _OTHERS or not all(map(_is_login, credentials)):
            continue
        call, url = without[0]
        if any(word in url.lower() for word in _OPEN):
            continue
        yield module.finding(
            RULE,
            call,
            f"the {len(credentials)} other requests to this service send {credentials[0]}, this one does not: "
            "it will be refused",
            evidence={"others_send": credentials[0]},
        )


def _is_login(text: str) -> bool:
    return any(word in text.lower() for word in ("header", "auth", "login", "token", "key"))


def _service(url: ast.expr) -> str:
    """The name that all addresses of one service begin with; empty when there is none."""
    if (
        isinstance(url, ast.JoinedStr)
        and url.values
        and isinstance(url.values[0], ast.FormattedValue)
    ):
        return ast.unparse(url.values[0].value)
    if isinstance(url, ast.BinOp) and isinstance(url.left, (ast.Name, ast.Attribute)):
        return ast.unparse(url.left)
    return ""


def _literal(module: Module) -> Iterator[Finding]:
    for node in module.nodes(ast.Dict):
        for key, value in zip(node.keys, node.values, strict=True):
            if not isinstance(key, ast.Constant) or str(key.value).lower() not in _SECRET_HEADERS:
                continue
            if not isinstance(value, ast.Constant) or not isinstance(value.value, str):
                continue
            secret = value.value.rpartition(" ")[2]
            if len(secret) < _SHORTEST or any(word in value.value.lower() for word in _EXAMPLES):
                continue
            yield module.finding(
                RULE,
                value,
                f"the credential of {ast.literal_eval(key)} is written in the code: read it from the environment",
                evidence={"header": key.value},
                cwe=798,
            )
