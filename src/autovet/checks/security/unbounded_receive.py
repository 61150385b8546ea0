"""A connection is read until the other side stops sending, whatever it sends.

Finds loops that collect what ``recv`` or a stream's ``read`` gives without a look at how much there is
already. One client that never stops takes all the memory of the process.

Stop with an error once the message is longer than the protocol allows, or read a length first and check it.

Leave it on the client's side of a trusted server.
"""

import ast
from collections.abc import Iterator

from autovet.checks.syntax.reference import reference
from autovet.checks.vocabulary.expressions import last_name
from autovet.domain.category import Category
from autovet.domain.finding import Finding
from autovet.domain.rule import Rule
from autovet.source.module import Module

RULE = Rule("unbounded-receive", Category.SECURITY, confidence=0.6, cwe=770)

_CONNECTS = frozenset({"create_connection", "connect", "connect_ex", "open_connection"})
_SERVES = frozenset({"accept", "listen", "bind", "create_server", "serve_forever"})
_RECEIVES = frozenset({"recv", "recvfrom"})

BAD = (
    """
def message(connection):
    text = b""
    while True:
        piece = connection.recv(1024)
        if not piece:
            return text
        text += piece  # <--
""",
    """
import socket

class Link:
    def __init__(self, port):
        self.server = socket.create_server(("", port))

    def read(self, client):
        pieces = []
        while piece := client.recv(512):
            pieces.append(piece)  # <--
        return b"".join(pieces)
""",
)

GOOD = (
    """
def message(connection, most=65536):
    text = b""
    while len(text) < most:
        piece = connection.recv(1024)
        if not piece:
            break
        text += piece
    return text

def line(connection):
    text = b""
    while not text.endswith(b"\\n"):
        text += connection.recv(1)
        if len(text) > 512:
            raise ValueError
    return text
""",
    """
import socket

def answer(host, port):
    with socket.create_connection((host, port), timeout=5) as connection:
        text = bytearray()
        while piece := connection.recv(1024):
            text += piece
        return text
""",
    """
def forward(connection, file):
    while True:
        piece = connection.recv(1024)
        if not piece:
            return
        file.write(piece)

def exactly(connection, size):
    text = b""
    while size:
        piece = connection.recv(size)
        text += piece
        size -= len(piece)
    return text
""",
)


def check(loop: ast.While, module: Module) -> Iterator[Finding]:
    """Report loops that collect without an end."""
    nodes = [n for part in (loop.test, *loop.body) for n in ast.walk(part)]
    received = [n for n in nodes if isinstance(n, ast.Call) and isinstance(n.func, ast.Attribute) and n.func.attr in _RECEIVES]  # fmt: skip
    if not received or module.is_test or any(_measures(n) for n in nodes):
        return
    used = {a.attr for a in module.nodes(ast.Attribute)}
    if used & _CONNECTS and not used & _SERVES:
        return  # the other side is a server of the program's own choice
    names = {r for c in received if (r := _bound(c, module)) is not None}
    for node in nodes:
        if _collects(node, names, received):
            yield module.finding(
                RULE,
                node,
                "whoever sends decides how much is kept: stop once it is longer than a message may be",
            )
            return


def _measures(node: ast.AST) -> bool:
    """Whether the loop counts: it asks for a length or takes something off."""
    if isinstance(node, ast.Call) and last_name(node.func) == "len":
        return True
    return isinstance(node, ast.AugAssign) and isinstance(node.op, ast.Sub)


def _bound(call: ast.Call, module: Module) -> str | None:
    parent = module.parent(call)
    if isinstance(parent, ast.Await):
        parent = module.parent(parent)
    if isinstance(parent, ast.Assign):
        return reference(parent.targets[0])
    return reference(parent.target) if isinstance(parent, ast.NamedExpr) else None


def _collects(node: ast.AST, names: set[str], received: list[ast.Call]) -> bool:
    match node:
        case ast.AugAssign(op=ast.Add(), value=value):
            return value in received or reference(value) in names
        case ast.Call(func=ast.Attribute(attr="append" | "extend"), args=[value]):
            return value in received or reference(value) in names
    return False
