"""A network connection that is opened without a timeout waits for ever.

Finds connections of the standard library (mail, FTP, plain sockets, ``http.client``) and of common
clients whose default is to wait without end, when they are opened without one. A host that
drops packets instead of refusing them then holds a worker until somebody restarts it.

Pass ``timeout=`` in seconds (``connect_timeout=``, ``socket_timeout=`` where the client calls it so).

Leave it when ``socket.setdefaulttimeout`` sets one for the whole process.
"""

import ast
from collections.abc import Iterator

from autovet.domain.category import Category
from autovet.domain.finding import Finding
from autovet.domain.rule import Rule
from autovet.source.module import Module

RULE = Rule("network-no-timeout", Category.INTEGRATION, confidence=0.85, cwe=400)

BAD = (
    """
import smtplib

def send(letter):
    with smtplib.SMTP("mail.example", 25) as smtp:  # <--
        smtp.send_message(letter)
""",
    """
import socket

def is_open(host: str, port: int) -> bool:
    with socket.create_connection((host, port)):  # <--
        return True
""",
)

GOOD = (
    """
import smtplib
import socket

def send(letter, **options):
    with smtplib.SMTP("mail.example", 25, timeout=10) as smtp:
        smtp.send_message(letter)
    socket.create_connection(("mail.example", 25), 3)
    return smtplib.SMTP("mail.example", **options)
""",
    """
import smtplib
import socket

socket.setdefaulttimeout(10)

def send(letter):
    with smtplib.SMTP("mail.example", 25) as smtp:
        smtp.send_message(letter)
""",
    """
import smtplib

def unconnected():
    return smtplib.SMTP()
""",
)

# what sets the timeout: its position among the arguments, or None, and its keywords
_OPENERS: dict[str, tuple[int | None, tuple[str, ...]]] = {
    "smtplib.SMTP": (3, ("timeout",)),
    "smtplib.SMTP_SSL": (None, ("timeout",)),
    "ftplib.FTP": (4, ("timeout",)),
    "ftplib.FTP_TLS": (None, ("timeout",)),
    "imaplib.IMAP4": (2, ("timeout",)),
    "imaplib.IMAP4_SSL": (None, ("timeout",)),
    "poplib.POP3": (2, ("timeout",)),
    "poplib.POP3_SSL": (2, ("timeout",)),
    "socket.create_connection": (1, ("timeout",)),
    "http.client.HTTPConnection": (2, ("timeout",)),
    "http.client.HTTPSConnection": (None, ("timeout",)),
}


def check(call: ast.Call, module: Module) -> Iterator[Finding]:
    """Report connections that may wait for ever."""
    name = module.qualified(call.func)
    if name not in _OPENERS or module.is_test:
        return
    position, keywords = _OPENERS[name]
    if not call.args and not call.keywords:
        return  # connects later, by a call of its own
    if any(k.arg is None or k.arg in keywords for k in call.keywords):
        return
    if any(isinstance(a, ast.Starred) for a in call.args):
        return
    if position is not None and len(call.args) > position:
        return
    if "setdefaulttimeout" in module.text or "settimeout" in module.text:
        return
    yield module.finding(
        RULE,
        call,
        f"{name}() has no timeout, so it waits for ever when the host does not answer; pass "
        f"{keywords[0]}=",
        evidence={"call": name},
    )
