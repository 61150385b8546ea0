"""A password or other secret travels over a connection that is not encrypted.

Finds mail log-ins without ``starttls``, FTP log-ins with a password, and HTTP requests to ``http://``
addresses that carry credentials. Everyone on the way can read them and use them later.

Use ``SMTP_SSL`` or ``starttls()``, SFTP or ``FTP_TLS``, and ``https://``.

Leave it where the connection never leaves the host.
"""

import ast
import re
from collections.abc import Iterator

from autovet.checks.syntax.own_nodes import own_nodes
from autovet.checks.syntax.reference import reference
from autovet.checks.vocabulary.arguments import argument, constant_of
from autovet.checks.vocabulary.expressions import last_name
from autovet.checks.vocabulary.http_calls import http_call
from autovet.checks.vocabulary.secret_names import names_secret, secret_in
from autovet.checks.vocabulary.value_types import type_of
from autovet.domain.category import Category
from autovet.domain.finding import Finding
from autovet.domain.rule import Rule
from autovet.source.module import Module

RULE = Rule("cleartext-transmission", Category.SECURITY, confidence=0.8, cwe=319)

_LOCAL = ("http://localhost", "http://127.", "http://[::1]", "http://0.0.0.0")
_LOCAL_TARGET = re.compile(r"localhost\b|127\.|\[::|unix:|0\.0\.0\.0")
_CREDENTIAL_HEADERS = frozenset({"authorization", "x-api-key", "x-auth-token", "cookie"})

BAD = (
    """
import smtplib

def send(host, user, password, message):
    with smtplib.SMTP(host, 587) as server:
        server.login(user, password)  # <--
        server.send_message(message)
""",
    """
import ftplib
import grpc
import requests

def upload(host, user, password, file):
    link = ftplib.FTP(host, timeout=10)
    link.login(user, password)  # <--
    link.storbinary("STOR report", file)

def stub(address):
    return Stub(grpc.insecure_channel(address))  # <--

def fetch(host, user, password, take):
    with ftplib.FTP(host, user, password) as link:  # <--
        link.retrlines("LIST", take)

def sign_in(user, password):
    return requests.post("http://accounts.example/login", json={"user": user, "password": password}, timeout=5)  # <--
""",
)

GOOD = (
    """
import ftplib
import smtplib

def send(host, user, password, message):
    with smtplib.SMTP(host, 587) as server:
        server.starttls()
        server.login(user, password)
        server.send_message(message)

def send_encrypted(host, user, password):
    smtplib.SMTP_SSL(host).login(user, password)

def listing(host):
    link = ftplib.FTP(host, timeout=10)
    link.login()
    return link.nlst()
""",
    """
import requests

def sign_in(base, user, password):
    requests.get("http://status.example/ping", params={"user": user}, timeout=5)
    requests.post("http://localhost:8000/login", json={"password": password}, timeout=5)
    return requests.post(f"{base}/login", json={"password": password}, timeout=5)
""",
)


def check(call: ast.Call, module: Module) -> Iterator[Finding]:
    """Report log-ins and requests that show their secrets."""
    if module.is_test:
        return
    if isinstance(call.func, ast.Attribute) and call.func.attr == "login":
        kind = type_of(call.func.value, module)
        if kind == "smtplib.SMTP" and not _encrypts(call, call.func.value, module):
            yield _finding(module, call, "the mail server's password", "call starttls() first")
        elif kind == "ftplib.FTP" and argument(call, 1, "passwd") is not None:
            yield _finding(module, call, "the FTP password", "use FTP_TLS or SFTP")
        return
    if last_name(call.func) == "FTP" and argument(call, 2, "passwd") is not None and module.qualified(call.func) == "ftplib.FTP":  # fmt: skip
        yield _finding(module, call, "the FTP password", "use FTP_TLS or SFTP")
        return
    if last_name(call.func) == "insecure_channel" and (module.qualified(call.func) or "").startswith("grpc."):  # fmt: skip
        target = constant_of(call.args[0], module) if call.args else ""
        if not (isinstance(target, str) and _LOCAL_TARGET.match(target)):
            yield _finding(
                module, call, "what is called", "use secure_channel with credentials", 0.5
            )
        return
    sent = http_call(call, module) if call.keywords else None
    if sent is None or sent.url is None or not _is_cleartext(sent.url, module):
        return
    secret = _secret_sent(call)
    if secret is not None:
        yield _finding(module, call, repr(secret), "use https://")


def _encrypts(call: ast.Call, server: ast.expr, module: Module) -> bool:
    around = module.function_of(call) or module.tree
    held = reference(server)
    return any(
        isinstance(n, ast.Attribute) and n.attr == "starttls" and reference(n.value) == held
        for n in own_nodes(around.body)
    )


def _is_cleartext(url: ast.expr, module: Module) -> bool:
    if isinstance(url, ast.Name):
        url = module.assigned(url) or url
    if isinstance(url, ast.JoinedStr) and url.values:
        url = url.values[0]
    if isinstance(url, ast.BinOp):
        url = url.left
    text = url.value if isinstance(url, ast.Constant) else None
    return (
        isinstance(text, str)
        and text.startswith("http://")
        and text != "http://"
        and not text.startswith(_LOCAL)
    )


def _secret_sent(call: ast.Call) -> str | None:
    for keyword in call.keywords:
        if keyword.arg == "auth" and not _is_none(keyword.value):
            return "auth"
        if keyword.arg in {"json", "data", "params", "headers"} and isinstance(keyword.value, ast.Dict):  # fmt: skip
            for key, value in zip(keyword.value.keys, keyword.value.values, strict=True):
                name = str(key.value) if isinstance(key, ast.Constant) else ""
                if names_secret(name) or (keyword.arg == "headers" and name.lower() in _CREDENTIAL_HEADERS):  # fmt: skip
                    return name
                if secret_in(value):
                    return last_name(value)
    return None


def _is_none(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is None


def _finding(
    module: Module, where: ast.AST, what: str, remedy: str, confidence: float | None = None
) -> Finding:
    return module.finding(
        RULE,
        where,
        f"{what} travels in the clear, readable for everyone on the way; {remedy}",
        evidence={"secret": what},
        confidence=confidence or RULE.confidence,
    )
