"""A connection is allowed to use a protocol version that is broken.

Finds SSL 2, SSL 3, TLS 1.0 and TLS 1.1 where a context or connection is made with them or allows them as
its least version, and ``ssl.wrap_socket``, which verifies nothing and was removed in Python 3.12. Attackers
between the two ends can make both fall back to the oldest version and read the traffic.

Use ``ssl.create_default_context()`` (``PROTOCOL_TLS_CLIENT`` / ``PROTOCOL_TLS_SERVER``) and a least version
of ``TLSv1_2``.

Leave it where an old device speaks nothing else, inside a network of its own.
"""

import ast
import re
from collections.abc import Iterator

from autovet.checks.vocabulary.called_names import called_name
from autovet.domain.category import Category
from autovet.domain.finding import Finding
from autovet.domain.rule import Rule
from autovet.source.module import Module

RULE = Rule("obsolete-tls", Category.SECURITY, confidence=0.85, cwe=327)

_PROTOCOL = re.compile(r"(?:^|\.)(?:PROTOCOL_(?P<a>SSLv[23]|TLSv1(?:_1)?)|(?P<b>SSLv[23]|TLSv1(?:_1)?)_METHOD|TLSVersion\.(?P<c>SSLv3|TLSv1(?:_1)?))$")  # fmt: skip

BAD = (
    """
import ssl

def secured(connection):
    context = ssl.SSLContext(ssl.PROTOCOL_TLSv1)  # <--
    context.minimum_version = ssl.TLSVersion.TLSv1  # <--
    return context.wrap_socket(connection)
""",
    """
from OpenSSL import SSL

def context():
    return SSL.Context(SSL.SSLv3_METHOD)  # <--

def old(connection, version=SSL.TLSv1_METHOD):  # <--
    import ssl
    return ssl.wrap_socket(connection, certfile="server.pem")  # <--
""",
)

GOOD = (
    """
import ssl

def secured(connection, name):
    context = ssl.create_default_context()
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.options |= ssl.OP_NO_TLSv1
    return context.wrap_socket(connection, server_hostname=name)
""",
    """
import ssl

def label(connection):
    if connection.version() == ssl.TLSVersion.TLSv1:
        return "old"
    return {ssl.PROTOCOL_TLSv1: "TLS 1.0"}.get(connection.protocol, "new")
""",
)


def check(node: ast.Attribute | ast.Call, module: Module) -> Iterator[Finding]:
    """Report old versions where they are put to use."""
    if module.is_test:
        return
    if isinstance(node, ast.Call):
        if called_name(node, module) == "ssl.wrap_socket":
            yield module.finding(RULE, node, "ssl.wrap_socket checks neither certificate nor host name and exists no longer from Python 3.12 on; use SSLContext.wrap_socket", evidence={"call": "ssl.wrap_socket"})  # fmt: skip
        return
    if not isinstance(node.ctx, ast.Load) or not node.attr.startswith(("PROTOCOL_", "SSLv", "TLSv")):  # fmt: skip
        return
    found = _PROTOCOL.search(module.qualified(node) or "")
    if not found or not _is_put_to_use(node, module):
        return
    version = found["a"] or found["b"] or found["c"]
    yield module.finding(
        RULE,
        node,
        f"{version.replace('v', ' ').replace('_', '.')} is broken; allow TLS 1.2 and newer only",
        evidence={"version": version},
    )


def _is_put_to_use(node: ast.Attribute, module: Module) -> bool:
    parent = module.parent(node)
    if isinstance(parent, ast.keyword):
        parent = module.parent(parent)
    if isinstance(parent, ast.arguments):
        return True
    if isinstance(parent, ast.Call):
        # a call such as ssl.wrap_socket reports itself
        return parent.func is not node and called_name(parent, module) != "ssl.wrap_socket"
    if isinstance(parent, ast.Assign) and parent.value is node:
        return any(isinstance(t, ast.Attribute) and t.attr == "minimum_version" for t in parent.targets)  # fmt: skip
    return False
