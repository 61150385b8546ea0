"""The other end of an encrypted connection is not checked.

Finds requests with ``verify=False`` (also on sessions and clients), TLS contexts that are told to verify
nothing, aiohttp's ``ssl=False``, ``cert_reqs=CERT_NONE`` and SSH clients that accept any host key. Whoever
stands between the two ends can pretend to be the server, and read and change everything.

Leave verification on; give a private certificate authority as ``verify="ca.pem"`` or ``cafile=``, and load
known host keys. What a caller chooses by a parameter or a setting is left alone.

Leave it for a check of whether a port answers, where nothing secret is sent and nothing is believed.
"""

import ast
import re
from collections.abc import Iterator

from autovet.checks.vocabulary.arguments import is_constant
from autovet.checks.vocabulary.called_names import called_name
from autovet.checks.vocabulary.expressions import last_name
from autovet.checks.vocabulary.http_calls import http_call
from autovet.checks.vocabulary.value_types import type_of
from autovet.domain.category import Category
from autovet.domain.finding import Finding
from autovet.domain.fix import Fix
from autovet.domain.rule import Rule
from autovet.domain.severity import Severity
from autovet.source.module import Module

RULE = Rule("certificate-not-verified", Category.SECURITY, severity=Severity.ERROR, confidence=0.9, cwe=295)  # fmt: skip

_CLIENTS = frozenset({"httpx.Client", "httpx.AsyncClient"})
_AIOHTTP = frozenset({"aiohttp.TCPConnector", "aiohttp.connector.TCPConnector"})
_UNVERIFIED = frozenset({"ssl._create_unverified_context"})
_POLICIES = frozenset({"AutoAddPolicy", "WarningPolicy"})
_CONTEXT = re.compile(r"ctx|context|ssl|tls", re.IGNORECASE)
_SESSION = re.compile(r"session|client|http", re.IGNORECASE)

BAD = (
    """
import requests

def rates():
    return requests.get("https://rates.example/today", verify=False, timeout=5).json()  # <--

def session():
    shared = requests.Session()
    shared.verify = False  # <--
    return shared
""",
    """
import ssl
import urllib.request
import paramiko

def fetch(url):
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE  # <--
    return urllib.request.urlopen(url, context=context)

def shell(host):
    client = paramiko.SSHClient()
    client.set_missing_host_key_policy(paramiko.AutoAddPolicy())  # <--
    client.connect(host)
    return client
""",
    """
import aiohttp

async def status(url):
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(ssl=False)) as session:  # <--
        async with session.get(url, ssl=False) as answer:  # <--
            return answer.status
""",
    """
import ssl
from OpenSSL import SSL

def lax():
    context = SSL.Context(SSL.TLS_CLIENT_METHOD)
    context.set_verify(SSL.VERIFY_NONE, lambda *given: True)  # <--
    return context, ssl._create_unverified_context()  # <--
""",
)

GOOD = (
    """
import requests
import ssl

def rates(verify):
    return requests.get("https://rates.example/today", verify=verify, timeout=5).json()

def context(strict):
    made = ssl.create_default_context()
    if not strict:
        made.check_hostname = False
        made.verify_mode = ssl.CERT_NONE
    return made
""",
    """
import ssl
import paramiko

def server():
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.verify_mode = ssl.CERT_NONE
    return context

def shell(host):
    client = paramiko.SSHClient()
    client.load_system_host_keys()
    client.set_missing_host_key_policy(paramiko.RejectPolicy())
    return client
""",
)


def check(node: ast.Call | ast.Assign, module: Module) -> Iterator[Finding]:
    """Report verification that is switched off."""
    if module.is_test:
        return
    if isinstance(node, ast.Assign):
        yield from _assigned(node, module)
        return
    off = [k for k in node.keywords if is_constant(k.value, False, module)]
    called = last_name(node.func)
    if called == "_create_unverified_context" and module.qualified(node.func) in _UNVERIFIED:
        yield _finding(module, node, "the context verifies nothing")
    elif node.args and called == "set_missing_host_key_policy":
        policy = node.args[0].func if isinstance(node.args[0], ast.Call) else node.args[0]
        chosen = (module.qualified(policy) or "").rpartition(".")[2]
        if chosen in _POLICIES:
            fix = None
            if isinstance(policy, ast.Attribute):
                text = f"{module.segment(policy.value)}.RejectPolicy"
                fix = Fix((module.replace(policy, text),), "refuse hosts whose key is not known")
            yield _finding(module, node, f"{chosen} accepts any host key", fix, Severity.WARNING)
    elif off:
        yield from _switched_off(node, called_name(node, module) or "", off, module)
    else:
        for keyword in node.keywords:
            if keyword.arg == "cert_reqs" and _is_none(keyword.value, module):
                yield _finding(module, node, "cert_reqs says that no certificate is needed", severity=Severity.WARNING)  # fmt: skip
        if called == "set_verify" and node.args and (module.qualified(node.args[0]) or "").endswith("SSL.VERIFY_NONE"):  # fmt: skip
            yield _finding(module, node, "the context verifies no certificate", severity=Severity.WARNING)  # fmt: skip


def _switched_off(
    call: ast.Call, name: str, off: list[ast.keyword], module: Module
) -> Iterator[Finding]:
    for keyword in off:
        if keyword.arg == "verify":
            known = name in _CLIENTS or http_call(call, module) is not None
        elif keyword.arg in {"ssl", "verify_ssl"}:
            sent = http_call(call, module)
            known = name in _AIOHTTP or (sent is not None and sent.library == "aiohttp")
        else:
            known = keyword.arg == "assert_hostname" and name.startswith("urllib3.")
        if known:
            fix = Fix((module.replace(keyword.value, "True"),), "verify the certificate")
            yield _finding(module, call, f"{keyword.arg}=False accepts any certificate", fix)
            return


def _assigned(node: ast.Assign, module: Module) -> Iterator[Finding]:
    target = node.targets[0]
    if not isinstance(target, ast.Attribute):
        return
    holder = last_name(target.value)
    if target.attr == "verify" and is_constant(node.value, False, module):
        kind = type_of(target.value, module) or ""
        if kind.endswith((".Session", ".Client", ".AsyncClient")) or (not kind and _SESSION.search(holder)):  # fmt: skip
            fix = Fix((module.replace(node.value, "True"),), "verify the certificate")
            yield _finding(module, node, "verify = False accepts any certificate", fix)
    elif target.attr == "_create_default_https_context":
        if (module.qualified(node.value) or "") in _UNVERIFIED:
            yield _finding(module, node, "every HTTPS connection of the process accepts any certificate from here on")  # fmt: skip
    elif (
        target.attr == "verify_mode"
        and _is_none(node.value, module)
        and _CONTEXT.search(holder)
        and not _is_conditional(node, module)
        and not _serves(target.value, module)
    ):
        yield _finding(module, node, "the context verifies no certificate", severity=Severity.WARNING)  # fmt: skip


def _is_none(node: ast.expr, module: Module) -> bool:
    name = module.qualified(node) or ""
    text = node.value if isinstance(node, ast.Constant) else None
    return name.rpartition(".")[2] == "CERT_NONE" or text in {"CERT_NONE", "NONE"}


def _is_conditional(node: ast.AST, module: Module) -> bool:
    """Whether somebody chose it: a branch around it, inside the function."""
    for ancestor in module.ancestors(node):
        if isinstance(ancestor, (ast.FunctionDef, ast.AsyncFunctionDef)):
            return False
        if isinstance(ancestor, (ast.If, ast.IfExp, ast.Match)):
            return True
    return False


def _serves(context: ast.expr, module: Module) -> bool:
    made = module.assigned(context)
    text = ast.unparse(made) if made is not None else ""
    return "CLIENT_AUTH" in text or "PROTOCOL_TLS_SERVER" in text


def _finding(
    module: Module,
    where: ast.AST,
    what: str,
    fix: Fix | None = None,
    severity: Severity | None = None,
) -> Finding:
    return module.finding(
        RULE,
        where,
        f"{what}, so anyone in between can read and change the traffic",
        evidence={"why": what},
        fix=fix,
        severity=severity,
    )
