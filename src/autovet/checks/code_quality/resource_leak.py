"""A file, socket, connection or pool that is not closed on every way out of the function.

Finds resources that a function opens, keeps to itself and never closes, closes only when nothing
goes wrong in between, or reads from without ever giving them a name (``open(path).read()``).

An open file holds a descriptor and unwritten data; a socket or database connection holds one at
the other side too. After enough failures the process can open nothing more.

Use ``with``, ``contextlib.closing`` or an ``ExitStack``, or close in a ``finally`` clause. What is
returned, yielded, stored or handed to somebody else belongs to them and is left alone.
"""

import ast
from collections.abc import Iterator

from autovet.checks.syntax.own_nodes import own_nodes
from autovet.checks.syntax.with_block import CLOSED_BY_WITH, kept_in_with, read_in_with
from autovet.checks.vocabulary.closable_resources import BORROWERS, CLOSABLE, CLOSERS
from autovet.checks.vocabulary.value_types import type_of
from autovet.domain.category import Category
from autovet.domain.finding import Finding
from autovet.domain.rule import Rule
from autovet.source.module import Module
from autovet.source.scopes import FunctionNode

RULE = Rule("resource-leak", Category.CODE_QUALITY, confidence=0.9, cwe=772)

_DERIVING = frozenset(
    {"cursor", "makefile", "execute", "dup", "accept", "stream", "transaction", "prepare", "open"}
)

BAD = (
    """
import socket

def banner(host):
    link = socket.create_connection((host, 21), timeout=3)  # <--
    return link.recv(80)
""",
    """
import json
import sqlite3
from pathlib import Path

def total(database: Path) -> int:
    db = sqlite3.connect(database)  # <--
    rows = db.execute("SELECT amount FROM sales").fetchall()
    if not rows:
        return 0
    db.close()
    return sum(amount for (amount,) in rows)

def settings(path: Path):
    stream = path.open()  # <--
    found = json.load(stream)
    stream.close()
    return found

def lines(path):
    return open(path).read().splitlines()  # <--
""",
    """
import aiohttp

def show(answer):
    print(answer)

async def fetch(url):
    session = aiohttp.ClientSession()  # <--
    answer = await session.get(url)
    show(session)
    return await answer.text()
""",
)

GOOD = (
    """
import socket
import sqlite3
from contextlib import ExitStack, closing

def banner(host):
    with socket.create_connection((host, 21), timeout=3) as link:
        return link.recv(80)

def total(database):
    db = sqlite3.connect(database)
    with closing(db):
        return db.execute("SELECT 1").fetchone()

def read(path):
    stream = None
    try:
        stream = open(path)
        return stream.read()
    finally:
        if stream:
            stream.close()

def several(paths):
    with ExitStack() as stack:
        return [stack.enter_context(open(path)).read() for path in paths]
""",
    """
import atexit
import socket

class Server:
    def __init__(self, port):
        server = socket.socket()
        server.bind(("", port))
        self.server = server

    def accept(self):
        link = socket.socket()
        return Session(link)

def opened(path):
    stream = open(path)
    stream.seek(10)
    return stream

def log(path):
    stream = open(path, "a")
    atexit.register(stream.close)

    def write(line):
        stream.write(line)

    return write
""",
    """
def copy(source, target):
    stream = open(source)
    try:
        text = stream.read()
    except UnicodeDecodeError:
        stream.close()
        raise
    stream.close()
    target.write(text)

def touch(path):
    stream = open(path, "a")
    stream.close()

def pick(path, default):
    stream = open(path) if path else default
    return stream.read()
""",
)


def check(call: ast.Call, module: Module) -> Iterator[Finding]:
    """Judge what happens to each opened resource."""
    kind = _kind(call, module)
    if kind is None or module.is_test:
        return
    parent = module.parent(call)
    value: ast.AST = call
    if isinstance(parent, ast.Await):
        value, parent = parent, module.parent(parent)
    why = fix = None
    function = module.function_of(call)
    if _used_up(value, parent, module):
        why = "is used without being closed"
        fix = read_in_with(call, function, module)
    elif isinstance(parent, (ast.Assign, ast.AnnAssign)) and parent.value is value:
        targets = parent.targets if isinstance(parent, ast.Assign) else [parent.target]
        if function and len(targets) == 1 and isinstance(targets[0], ast.Name):
            why = _fate(targets[0].id, parent, function, module)
            fix = kept_in_with(targets[0].id, parent, function, module) if why else None
    if why:
        yield module.finding(
            RULE,
            call,
            f"What {module.segment(call.func)}() opens here {why}: use a with block",
            evidence={"opened_by": kind},
            fix=fix if kind in CLOSED_BY_WITH and value is call else None,
            confidence=0.75 if "error" in why else None,
        )


def _kind(call: ast.Call, module: Module) -> str | None:
    name = module.qualified(call.func)
    if name in CLOSABLE:
        return name
    if isinstance(call.func, ast.Attribute) and call.func.attr == "open":
        return "pathlib.Path.open" if _is_path(call.func.value, module) else None
    return None


def _is_path(node: ast.expr, module: Module) -> bool:
    """Whether the expression is a path, as far as the module shows."""
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div):
        node = node.left
    return type_of(node, module) in {"pathlib.Path", "Path"}


def _used_up(value: ast.AST, parent: ast.AST | None, module: Module) -> bool:
    """Whether the resource is read from on the spot, so that nobody can close it."""
    if isinstance(parent, ast.Attribute):
        call = module.parent(parent)
        used = isinstance(call, ast.Call) and call.func is parent
        return used and parent.attr.startswith(("read", "write", "fetch", "recv", "send"))
    if isinstance(parent, ast.Call) and value in parent.args:
        return module.qualified(parent.func) in BORROWERS and module.qualified(parent.func) not in {
            "builtins.iter", "builtins.isinstance", "csv.reader", "csv.writer", "csv.DictReader", "csv.DictWriter",
        }  # fmt: skip
    return isinstance(parent, (ast.For, ast.comprehension)) and parent.iter is value


def _fate(name: str, made: ast.stmt, function: FunctionNode, module: Module) -> str | None:
    """What goes wrong with the resource called ``name``; None when it is closed or given away."""
    scope = module.scopes.of(function)
    if name in scope.outer or any(
        isinstance(b, (ast.Global, ast.Nonlocal)) for b in scope.bindings.get(name, ())
    ):
        return None
    closings: list[ast.Attribute] = []
    own = 0
    for node in own_nodes(function.body):
        if not (isinstance(node, ast.Name) and node.id == name and isinstance(node.ctx, ast.Load)):
            continue
        own += 1
        parent = module.parent(node)
        if isinstance(parent, ast.Attribute) and parent.attr in CLOSERS:
            use = module.parent(parent)
            if not (isinstance(use, ast.Call) and use.func is parent):
                return None
            closings.append(parent)
        elif not _stays(node, parent, module):
            return None
    if own != _loads(name, function):
        return None  # an inner function holds it too
    if not closings:
        return "is never closed"
    if len(closings) > 1 or any(_is_assured(c, function, module) for c in closings):
        return None
    return _gap(made, closings[0], module)


def _loads(name: str, function: FunctionNode) -> int:
    return sum(
        isinstance(n, ast.Name) and n.id == name and isinstance(n.ctx, ast.Load)
        for statement in function.body
        for n in ast.walk(statement)
    )


def _stays(node: ast.Name, parent: ast.AST | None, module: Module) -> bool:
    """Whether this use leaves the resource with the function."""
    if isinstance(parent, ast.Attribute):
        call = module.parent(parent)
        if not (isinstance(call, ast.Call) and call.func is parent):
            return True
        outer = module.parent(call)
        if isinstance(outer, ast.Await):
            outer = module.parent(outer)
        given = isinstance(
            outer, (ast.Return, ast.Yield, ast.YieldFrom, ast.Attribute, ast.Starred, ast.keyword)
        )
        return not (parent.attr in _DERIVING and given and not isinstance(outer, ast.Attribute))
    if isinstance(parent, ast.keyword):
        call = module.parent(parent)
        return isinstance(call, ast.Call) and module.qualified(call.func) in BORROWERS
    if isinstance(parent, ast.Call) and node is not parent.func:
        return module.qualified(parent.func) in BORROWERS or _borrows(parent, node, module)
    if isinstance(parent, (ast.For, ast.AsyncFor, ast.comprehension)):
        return parent.iter is node
    if isinstance(parent, ast.Subscript):
        return parent.value is node
    return isinstance(parent, (ast.Compare, ast.If, ast.While, ast.UnaryOp, ast.Delete))


def _borrows(call: ast.Call, node: ast.Name, module: Module) -> bool:
    """Whether the callee is a function of this module that only uses the argument."""
    callee = module.definition(call.func)
    if not isinstance(callee, (ast.FunctionDef, ast.AsyncFunctionDef)) or node not in call.args:
        return False
    parameters = [*callee.args.posonlyargs, *callee.args.args]
    position = call.args.index(node)
    if position >= len(parameters):
        return False
    name = parameters[position].arg
    for use in ast.walk(callee):
        if isinstance(use, ast.Name) and use.id == name and isinstance(use.ctx, ast.Load):
            parent = module.parent(use)
            if isinstance(parent, ast.Call) and use in parent.args:
                if module.qualified(parent.func) not in BORROWERS:
                    return False
            elif not _stays(use, parent, module) or (
                isinstance(parent, ast.Attribute) and parent.attr in CLOSERS
            ):
                return False
    return True


def _is_assured(closing: ast.AST, function: FunctionNode, module: Module) -> bool:
    """Whether the closing stands in a ``finally`` clause or in a handler."""
    child: ast.AST = closing
    for ancestor in module.ancestors(closing):
        if ancestor is function:
            return False
        if isinstance(ancestor, (ast.Try, ast.TryStar)) and child in ancestor.finalbody:
            return True
        if isinstance(ancestor, ast.ExceptHandler):
            return True
        child = ancestor
    return False


def _gap(made: ast.stmt, closing: ast.AST, module: Module) -> str | None:
    """What lies between opening and closing that may skip the closing."""
    block = module.parent(made)
    siblings: list[ast.stmt] = next(
        (b for f in ("body", "orelse", "finalbody") if made in (b := getattr(block, f, []))), []
    )
    closer = module.statement_of(closing)
    holder = next((s for s in siblings if s is closer or closer in ast.walk(s)), None)
    if holder is None:
        return None
    between = siblings[siblings.index(made) + 1 : siblings.index(holder)]
    if holder is not closer:
        between.append(holder)
    nodes = list(own_nodes(between))
    if any(isinstance(n, (ast.Return, ast.Raise)) for n in nodes):
        return "stays open on the way out that comes before close()"
    if any(isinstance(n, (ast.Call, ast.Subscript, ast.Await)) for n in nodes):
        return "stays open when an error is raised before close()"
    return None
